import { createApiClient, type ApiClient } from '@blogapp/api-client';
import type { Config } from '../config/index.ts';

const readers = new WeakMap<Config, ApiClient>();

/**
 * The client for what everybody may read. It sends no token, so a browser makes no preflight
 * request. The API's responses are `no-cache` with an `ETag`, so the browser's HTTP cache itself
 * asks whether they have changed.
 *
 * @returns the same client for the same configuration
 */
export function readingClient(config: Config): ApiClient {
  const made = readers.get(config) ?? createApiClient({ baseUrl: config.apiUrl });
  readers.set(config, made);
  return made;
}

/**
 * The client for what somebody writes, and for what only they may read.
 *
 * @param token the ID token of who is signed in; undefined when nobody is
 * @param send what renews a token that is refused
 */
export function writingClient(
  config: Config,
  token: () => Promise<string | undefined>,
  send: typeof fetch,
): ApiClient {
  return createApiClient({
    baseUrl: config.apiUrl,
    fetch: send,
    token: async () => {
      const idToken = await token();
      if (idToken === undefined) throw new SignedOutError();
      return idToken;
    },
  });
}

/** A request needs a signed-in user, and nobody is signed in. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';

  constructor() {
    super('nobody is signed in');
  }
}
