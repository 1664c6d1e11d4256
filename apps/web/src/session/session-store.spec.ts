/** @jest-environment node */
import { DEVELOPMENT_PROJECT_ID, developmentToken } from '@blogapp/api-client/development';
import { memoryStore } from '../testing/memory-store.ts';
import { createDevelopmentIdentity, developmentUser } from './development.ts';
import { clockAheadMs } from './refusal.ts';
import { sessionFetch } from './session-fetch.ts';
import { SessionStore } from './session-store.ts';
import type { IdentityProvider } from './user.ts';

const config = { apiUrl: 'http://api', webSocketUrl: 'ws://ws', development: true };
const alice = { uid: 'alice', name: 'Alice', email: 'alice@blog.example' };

/** A provider with numbered tokens; it ends the session when it has none left. */
class Tokens implements IdentityProvider {
  made = 0;
  last = Infinity;
  isSignedOut = false;

  token(_uid: string, isFresh: boolean): Promise<string | undefined> {
    if (isFresh || this.made === 0) this.made += 1;
    return Promise.resolve(this.made > this.last ? undefined : `token-${this.made}`);
  }

  signOut(): Promise<void> {
    this.isSignedOut = true;
    return Promise.resolve();
  }
}

function setUp({ store = memoryStore(), ahead = 0 } = {}) {
  const tokens = new Tokens();
  const loaded: string[] = [];
  const session = new SessionStore({
    store,
    config: () => Promise.resolve(config),
    load: (name) => {
      loaded.push(name);
      return Promise.resolve(tokens);
    },
    projectIdOf: () => DEVELOPMENT_PROJECT_ID,
    clockAheadMs: () => Promise.resolve(ahead),
  });
  session.start();
  return { session, store, tokens, loaded };
}

test('loads nothing while nobody is signed in', async () => {
  const { session, loaded } = setUp();
  expect(session.state).toEqual({ status: 'signed-out' });
  expect(await session.token()).toBeUndefined();
  expect(loaded).toEqual([]);
});

test('a user is signed in at once after a reload, before a provider is loaded', async () => {
  const { session, store, tokens } = setUp();
  session.signedIn('firebase', tokens, alice);
  const after = setUp({ store });
  expect(after.session.state).toEqual({ status: 'signed-in', user: alice });
  expect(after.loaded).toEqual([]);
  expect(await after.session.token()).toBe('token-1');
  expect(after.loaded).toEqual(['firebase']);
});

test('keeps no token', async () => {
  const items = new Map<string, string>();
  const { session, tokens } = setUp({ store: memoryStore(items) });
  session.signedIn('firebase', tokens, alice);
  const token = await session.token();
  expect([...items.values()].join()).not.toContain(token);
});

test('an ended session says so, and who was signed in', async () => {
  const { session, store, tokens } = setUp();
  session.signedIn('firebase', tokens, alice);
  tokens.last = 0;
  expect(await session.token()).toBeUndefined();
  expect(session.state).toMatchObject({
    status: 'signed-out',
    problem: { kind: 'ended', name: 'Alice', message: 'Your session has ended. Sign in again.' },
  });
  expect(setUp({ store }).session.state.status).toBe('signed-out');
  session.signedIn('firebase', new Tokens(), alice);
  expect(session.state).toEqual({ status: 'signed-in', user: alice });
});

test('a failure of the network does not change the session', async () => {
  const { session, tokens } = setUp();
  session.signedIn('firebase', tokens, alice);
  tokens.token = () => Promise.reject(new TypeError('no network'));
  await expect(session.token()).rejects.toThrow(TypeError);
  expect(session.state.status).toBe('signed-in');
});

test('signs out in all tabs', async () => {
  const { session, store, tokens } = setUp();
  session.signedIn('firebase', tokens, alice);
  await session.signOut();
  expect(session.state).toEqual({ status: 'signed-out' });
  expect(tokens.isSignedOut).toBe(true);
  expect(setUp({ store }).session.state.status).toBe('signed-out');
});

describe('a request', () => {
  const send =
    (statuses: number[], seen: unknown[]): typeof fetch =>
    async (_url, init) => {
      seen.push(new Headers(init?.headers).get('authorization'));
      const status = statuses.shift() ?? 200;
      return Response.json({ detail: 'The ID token has expired' }, { status });
    };
  const headers = { authorization: 'Bearer token-1' };

  test('with a token that has expired is sent again with a fresh one', async () => {
    const { session, tokens } = setUp();
    session.signedIn('firebase', tokens, alice);
    await session.token();
    const seen: unknown[] = [];
    const response = await sessionFetch(session, send([401], seen))('http://api', { headers });
    expect([response.status, seen]).toEqual([200, ['Bearer token-1', 'Bearer token-2']]);
    expect(session.state.status).toBe('signed-in');
  });

  test('that is refused twice ends the session, with the reason of the API', async () => {
    const { session, tokens } = setUp();
    session.signedIn('firebase', tokens, alice);
    await session.token();
    const response = await sessionFetch(session, send([401, 401], []))('http://api', { headers });
    expect(await response.json()).toEqual({ detail: 'The ID token has expired' });
    expect(session.state.problem).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('The server says: The ID token has expired.'),
    });
  });

  test('without a token changes nothing', async () => {
    const { session, tokens } = setUp();
    session.signedIn('firebase', tokens, alice);
    await sessionFetch(session, send([401], []))('http://api', {});
    expect(session.state.status).toBe('signed-in');
  });
});

test('names the project of a token for another project', async () => {
  const { session, tokens } = setUp({ ahead: 3_600_000 });
  session.signedIn('firebase', tokens, alice);
  await session.refused(developmentToken({ projectId: 'other', userId: 'alice' }), 'no');
  expect(session.state.problem).toMatchObject({
    kind: 'other-project',
    message: expect.stringMatching(/"other".*"demo-blogapp"/),
  });
});

test.each([
  [3_600_000, '60 minutes fast'],
  [-61_000, '1 minute slow'],
])('says that the clock is wrong: %d ms', async (ahead, words) => {
  const { session, tokens } = setUp({ ahead });
  session.signedIn('development', tokens, alice);
  await session.refused(undefined, 'The ID token has expired');
  expect(session.state.problem).toMatchObject({
    kind: 'clock',
    message: expect.stringContaining(words),
  });
});

test("compares its clock with the web server's", async () => {
  const date = 'Mon, 30 Nov 2026 19:00:00 GMT';
  const send = (headers: HeadersInit) => async () => new Response(null, { headers });
  const now = () => Date.parse(date) + 5_000;
  expect(await clockAheadMs(send({ date }), now)).toBe(5_000);
  expect(await clockAheadMs(send({}), now)).toBeUndefined();
});

test('the development sign-in makes the same user from a name each time, and tokens for that user', async () => {
  const user = developmentUser('  Ada  Łovelace ');
  expect(user).toEqual({ uid: 'ada-łovelace', name: 'Ada Łovelace' });
  expect(() => developmentUser('  ')).toThrow('Enter a name.');
  const token = await createDevelopmentIdentity(user).token(user.uid, false);
  const payload = Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString();
  expect(JSON.parse(payload)).toMatchObject({ sub: 'ada-łovelace', name: 'Ada Łovelace' });
});
