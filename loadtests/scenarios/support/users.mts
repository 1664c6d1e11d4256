import { setTimeout as delay } from 'node:timers/promises';
import { numberOf, type Context } from './context.mts';

/** How many readers leave each second. Two busy cores can serve this many. */
const LEAVING_PER_SECOND = 150;
/** The template's default `FirebaseProjectId`. */
const projectId = process.env.FIREBASE_PROJECT_ID ?? 'demo-blogapp';

/**
 * Signs in. `token` becomes an ID token of a user of this `$index`. A stack in development accepts
 * unsigned tokens. For a deployed stack, set LOADTEST_FIREBASE_API_KEY; then anonymous users are
 * created at Firebase.
 */
export async function signIn({ vars }: Context): Promise<void> {
  const { $index: index = 0 } = vars as { readonly $index?: number };
  vars.token = await tokenOf(`load-${index}`);
}

/**
 * Writes `posts` posts, each by a user of its own. `postIds` becomes the list of their ids, and
 * `postId` the first one.
 */
export async function createPosts(context: Context): Promise<void> {
  const { vars } = context;
  const postIds: string[] = [];
  for (let index = 0; index < numberOf(context, 'posts'); index += 1) {
    const response = await fetch(`${String(vars.target)}/posts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokenOf(`load-author-${index}`)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ title: `Load test, post ${index}`, body: 'Written by a load test.' }),
    });
    if (response.status !== 201) {
      throw new Error(`POST /posts got the status ${response.status}: ${await response.text()}`);
    }
    postIds.push(((await response.json()) as { postId: string }).postId);
  }
  vars.postIds = postIds;
  vars.postId = postIds[0];
}

/** Spreads users over the posts by their `$index`. */
export async function chooseRoom({ vars }: Context): Promise<void> {
  const postIds = vars.postIds as string[];
  vars.postId = postIds[Number(vars.$index) % postIds.length];
  return Promise.resolve();
}

/**
 * Waits until it is this `$index`'s turn to leave. If thousands leave at the same time, the
 * account's concurrency throttles most of their `$disconnect`s (of 5,000, 4,000 were throttled),
 * and these are not repeated. Their rows stay until a 410 or their TTL.
 */
export async function leaveInTurn({ vars }: Context): Promise<void> {
  await delay((Number(vars.$index) / LEAVING_PER_SECOND) * 1000);
}

/**
 * Waits for this `$index`'s share of the time between two messages of a writer, so that writers
 * write one after the other.
 */
export async function writeInTurn(context: Context): Promise<void> {
  const share = Number(context.vars.$index) / numberOf(context, 'writers');
  await delay((share / numberOf(context, 'rate')) * 1000);
}

async function tokenOf(userId: string): Promise<string> {
  const { LOADTEST_FIREBASE_API_KEY: key } = process.env;
  if (key === undefined) return developmentToken(userId);
  const response = await fetch(
    `https://identitytoolkit.googleapis.com/v1/accounts:signUp?key=${key}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ returnSecureToken: true }),
    },
  );
  if (!response.ok) throw new Error(`Firebase responded to a sign-up with ${response.status}`);
  return ((await response.json()) as { idToken: string }).idToken;
}

/**
 * Makes a token in the form of the Firebase Auth emulator's tokens, which only a stack in
 * development accepts.
 */
function developmentToken(userId: string): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: `https://securetoken.google.com/${projectId}`,
    aud: projectId,
    auth_time: now,
    sub: userId,
    iat: now,
    exp: now + 3600,
  };
  const encode = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.`;
}
