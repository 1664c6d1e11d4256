import * as z from 'zod/mini';
import type { SessionStore } from './session-store.ts';

const detailSchema = z.object({ detail: z.string() });
const SCHEME = 'Bearer ';

/**
 * A `fetch` for the API's client: after a 401 it sends the request once more with a fresh token,
 * because the token may just have expired, or a clock may have been changed. When that is refused
 * too, the session ends.
 */
export function sessionFetch(
  session: Pick<SessionStore, 'token' | 'refused'>,
  send: typeof fetch = (input, init) => fetch(input, init),
): typeof fetch {
  return async (input, init) => {
    const first = await send(input, init);
    const sent = tokenOf(init?.headers);
    if (first.status !== 401 || sent === undefined) return first;
    const fresh = await session.token(true);
    // The session has ended already.
    if (fresh === undefined) return first;
    const headers = new Headers(init?.headers);
    headers.set('authorization', SCHEME + fresh);
    const second = fresh === sent ? first : await send(input, { ...init, headers });
    if (second.status === 401) await session.refused(fresh, await detailOf(second.clone()));
    return second;
  };
}

function tokenOf(headers: HeadersInit | undefined): string | undefined {
  const value = new Headers(headers).get('authorization');
  return value?.startsWith(SCHEME) === true ? value.slice(SCHEME.length) : undefined;
}

async function detailOf(response: Response): Promise<string | undefined> {
  try {
    const parsed = detailSchema.safeParse(await response.json());
    return parsed.success ? parsed.data.detail : undefined;
  } catch {
    return undefined;
  }
}
