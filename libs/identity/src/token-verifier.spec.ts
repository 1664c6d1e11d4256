import { createHmac } from 'node:crypto';
import { InvalidTokenError, KeysUnavailableError, UnsafeIdentityError } from './errors.ts';
import { TestIssuer } from './testing/index.ts';
import { createTokenVerifier } from './token-verifier.ts';
import type { TokenVerifier, TokenVerifierOptions } from './token-verifier.ts';
import { UNKNOWN_KEY_PENALTY_MS } from './verify/index.ts';

let issuer: TestIssuer;
/** What is added to the real time (ms). */
let ahead: number;

beforeEach(async () => {
  issuer = await TestIssuer.start();
  ahead = 0;
});

afterEach(async () => {
  await issuer.stop();
});

function verifierWith(options: Partial<TokenVerifierOptions> = {}): TokenVerifier {
  return createTokenVerifier({
    projectId: issuer.projectId,
    environment: 'development',
    jwksUri: issuer.jwksUri,
    now: () => Date.now() + ahead,
    ...options,
  });
}

const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

describe('a token', () => {
  test('returns its user', async () => {
    expect(await verifierWith().verify(issuer.token({ name: 'Aiko' }))).toEqual({
      userId: 'alice',
      name: 'Aiko',
    });
  });

  test.each([
    ['no name', undefined, undefined],
    ['an empty name', '  ', undefined],
    ['a name that is not a text', 5, undefined],
    ['a name of two lines', 'A\u0000B\nC', 'A B C'],
    ['a long name', '😀'.repeat(150), '😀'.repeat(100)],
    ['a decomposed name', 'e\u0301', 'é'],
  ])('may have %s', async (_case, name, shown) => {
    expect((await verifierWith().verify(issuer.token({ name }))).name).toBe(shown);
  });

  test.each([
    ['of another issuer', { iss: 'https://securetoken.google.com/other' }, 'issuer'],
    ['without an issuer', { iss: undefined }, 'issuer'],
    ['for another project', { aud: 'other' }, 'audience'],
    ['for several projects', { aud: ['demo-blogapp', 'other'] }, 'audience'],
    ['for nobody', { aud: undefined }, 'audience'],
    ['that has expired', { exp: seconds(-1) }, 'expired'],
    ['that never expires', { exp: undefined }, 'malformed'],
    ['from the future', { iat: seconds(60) }, 'not-yet-valid'],
    ['without its time', { iat: undefined }, 'malformed'],
    ['not valid yet', { nbf: seconds(60) }, 'not-yet-valid'],
    ['of a sign-in in the future', { auth_time: seconds(60) }, 'not-yet-valid'],
    ['without a sign-in', { auth_time: undefined }, 'malformed'],
    ['with a sign-in time that is not a number', { auth_time: '1' }, 'malformed'],
    ['without a subject', { sub: undefined }, 'subject'],
    ['with an empty subject', { sub: '' }, 'subject'],
    ['with a subject that is not a text', { sub: 1 }, 'malformed'],
    ['with a subject that is too long', { sub: 'x'.repeat(129) }, 'subject'],
  ])('%s is refused, and costs no request for keys', async (_case, payload, reason) => {
    await expect(verifierWith().verify(issuer.token(payload))).rejects.toMatchObject({ reason });
    expect(issuer.requests).toBe(0);
  });

  test.each([
    ['with another payload', (parts: string[]) => [parts[0], encoded(issuer.payload()), parts[2]]],
    ['with another signature', (parts: string[]) => [parts[0], parts[1], encoded('x'.repeat(254))]],
    ['without its signature', (parts: string[]) => [parts[0], parts[1], '']],
  ])('%s is refused', async (_case, forge) => {
    const token = issuer.token({ iat: seconds(-10) });
    const forged = forge(token.split('.')).join('.');
    await expect(verifierWith().verify(forged)).rejects.toMatchObject({ reason: 'signature' });
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const { jwk } = await publishedKey();
    const [, payload] = issuer.token().split('.');
    const input = `${encoded({ alg: 'HS256', typ: 'JWT', kid: jwk.kid })}.${payload ?? ''}`;
    const signature = createHmac('sha256', JSON.stringify(jwk)).update(input).digest('base64url');
    await expect(verifierWith().verify(`${input}.${signature}`)).rejects.toMatchObject({
      reason: 'algorithm',
    });
  });

  test.each(['RS384', 'ES256', 'none', 'NONE', undefined])(
    'whose header says %s is refused though it is signed',
    async (alg) => {
      await expect(verifierWith().verify(issuer.token({}, { alg }))).rejects.toMatchObject({
        reason: 'algorithm',
      });
    },
  );

  test('with an extension that must be understood is refused', async () => {
    const token = issuer.token({}, { crit: ['b64'], b64: false });
    await expect(verifierWith().verify(token)).rejects.toMatchObject({ reason: 'malformed' });
  });

  test('without a key id is refused', async () => {
    const token = issuer.token({}, { kid: undefined });
    await expect(verifierWith().verify(token)).rejects.toMatchObject({ reason: 'unknown-key' });
  });

  test.each(['', '.', '..', 'x', 'a.b.c', 'é.é.é', 'x'.repeat(10_000), 'null.null.null'])(
    'that is malformed (%#) is refused',
    async (text) => {
      await expect(verifierWith().verify(text)).rejects.toEqual(new InvalidTokenError('malformed'));
    },
  );

  test('that is refused: the error says why, and contains no part of the token', async () => {
    const token = issuer.token({ aud: 'a-secret' });
    const error: unknown = await verifierWith()
      .verify(token)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidTokenError);
    expect(JSON.stringify([error, String(error)])).not.toMatch(/a-secret|alice|eyJ/);
  });
});

describe('the signing keys', () => {
  test('are fetched once for many tokens, also for those that come at once', async () => {
    const verifier = verifierWith();
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(issuer.token())));
    await verifier.verify(issuer.token({ sub: 'bob' }));
    expect(issuer.requests).toBe(1);
  });

  test('are kept for as long as their cache header allows, and no longer', async () => {
    issuer.headers = { 'cache-control': 'public, max-age=600, must-revalidate', age: '100' };
    const verifier = verifierWith();
    const old = issuer.token();
    await verifier.verify(old);
    issuer.rotate();
    ahead = 499_000;
    await verifier.verify(old);
    expect(issuer.requests).toBe(1);
    ahead = 501_000;
    await expect(verifier.verify(old)).rejects.toMatchObject({ reason: 'unknown-key' });
    expect(issuer.requests).toBe(2);
  });

  test('are fetched again at once for a key that was added meanwhile', async () => {
    const verifier = verifierWith();
    await verifier.verify(issuer.token());
    issuer.rotate();
    await verifier.verify(issuer.token());
    await verifier.verify(issuer.token());
    expect(issuer.requests).toBe(2);
  });

  test('are fetched once for a flood of made-up key ids', async () => {
    const verifier = verifierWith();
    await verifier.verify(issuer.token());
    for (let index = 0; index < 50; index += 1) {
      const token = issuer.token({}, { kid: `made-up-${index}` });
      await expect(verifier.verify(token)).rejects.toMatchObject({ reason: 'unknown-key' });
    }
    expect(issuer.requests).toBe(2);
    await verifier.verify(issuer.token());
    ahead = UNKNOWN_KEY_PENALTY_MS + 1_000;
    await expect(verifier.verify(issuer.token({}, { kid: 'x' }))).rejects.toThrow();
    expect(issuer.requests).toBe(3);
  });

  test('are fetched once for a flood of made-up key ids, also when they may not be kept', async () => {
    issuer.headers = { 'cache-control': 'no-store' };
    const verifier = verifierWith();
    for (let index = 0; index < 20; index += 1) {
      const token = issuer.token({}, { kid: `made-up-${index}` });
      await expect(verifier.verify(token)).rejects.toMatchObject({ reason: 'unknown-key' });
    }
    expect(issuer.requests).toBe(1);
    await verifier.verify(issuer.token());
    expect(issuer.requests).toBe(2);
  });

  test('that can not be fetched cause another error than a bad token', async () => {
    issuer.status = 500;
    const verifier = verifierWith();
    await expect(verifier.verify(issuer.token())).rejects.toBeInstanceOf(KeysUnavailableError);
    const requests = issuer.requests;
    await expect(verifier.verify(issuer.token())).rejects.toBeInstanceOf(KeysUnavailableError);
    expect(issuer.requests).toBe(requests);

    issuer.status = 200;
    ahead = 10_000;
    expect(await verifier.verify(issuer.token())).toEqual({ userId: 'alice' });
  });
});

test.each(['\u200b', '\u3164\u2800', '\u202eevil', '\u2067open', '\u2028'])(
  'a name that shows nothing, or reorders the text around it, is left out: %j',
  async (name) => {
    expect(await verifierWith().verify(issuer.token({ name }))).toEqual({ userId: 'alice' });
  },
);

describe("the emulator's unsigned tokens", () => {
  test('are accepted in development, where its host is set', async () => {
    const verifier = verifierWith({ emulatorHost: '127.0.0.1:9099' });
    expect(await verifier.verify(issuer.unsignedToken({ sub: 'bob' }))).toEqual({ userId: 'bob' });
    expect(await verifier.verify(issuer.token())).toEqual({ userId: 'alice' });
  });

  test('need the same claims as others', async () => {
    const verifier = verifierWith({ emulatorHost: '127.0.0.1:9099' });
    await expect(verifier.verify(issuer.unsignedToken({ exp: seconds(-1) }))).rejects.toMatchObject(
      { reason: 'expired' },
    );
  });

  test('are refused where the host is not set', async () => {
    await expect(verifierWith().verify(issuer.unsignedToken())).rejects.toMatchObject({
      reason: 'unsigned',
    });
  });

  test.each(['staging', 'production', ''])('stop a function in %j from starting', (environment) => {
    expect(() => verifierWith({ environment, emulatorHost: '127.0.0.1:9099' })).toThrow(
      UnsafeIdentityError,
    );
  });
});

test("other keys than Google's stop a function in production from starting", () => {
  expect(() => verifierWith({ environment: 'production' })).toThrow(UnsafeIdentityError);
});

function encoded(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );
}

async function publishedKey(): Promise<{ jwk: Record<string, unknown> }> {
  const { keys } = (await (await fetch(issuer.jwksUri)).json()) as {
    keys: Record<string, unknown>[];
  };
  return { jwk: keys[0] ?? {} };
}
