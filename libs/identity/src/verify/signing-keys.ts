import { assertIsJwks, findJwkInJwks } from 'aws-jwt-verify/jwk';
import type { Jwks, JwkWithKid } from 'aws-jwt-verify/jwk';
import { InvalidTokenError, KeysUnavailableError } from '../errors.ts';
import { cacheLifetimeMs } from './cache-lifetime.ts';

const FETCH_TIMEOUT_MS = 3_000;
const FETCH_ATTEMPTS = 2;
/** How long after an unknown key id other unknown ids cause no request (ms). */
export const UNKNOWN_KEY_PENALTY_MS = 60_000;
/**
 * How long after a failed request tokens are refused at once, rather than each after a time-out
 * (ms).
 */
export const FAILURE_PENALTY_MS = 2_000;

export interface SigningKeysOptions {
  readonly uri: string;
  readonly now: () => number;
}

interface Fetched {
  readonly jwks: Jwks;
  readonly freshUntilMs: number;
}

/**
 * The keys of a JWKS, kept for as long as its cache header allows. An unknown key id leads to one
 * request, because keys rotate; a flood of made-up ids does not lead to a flood of requests.
 */
export class SigningKeys {
  readonly #options: SigningKeysOptions;
  #fetched: Fetched | undefined;
  #fetching: Promise<Fetched> | undefined;
  #unknownAtMs = -Infinity;
  #failure: { readonly atMs: number; readonly error: KeysUnavailableError } | undefined;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
  }

  /**
   * The key with an id.
   *
   * @throws InvalidTokenError when there is no such key
   * @throws KeysUnavailableError
   */
  async get(kid: string): Promise<JwkWithKid> {
    const nowMs = this.#options.now();
    let fetched = this.#fetched;
    const isFresh = fetched !== undefined && nowMs < fetched.freshUntilMs;
    const known = this.#find(kid);
    if (known !== undefined && isFresh) return known;
    // This also holds when the keys are stale or may not be kept, so that made-up ids cause no
    // request.
    if (known === undefined && nowMs < this.#unknownAtMs + UNKNOWN_KEY_PENALTY_MS) {
      throw new InvalidTokenError('unknown-key');
    }
    fetched = await this.#refresh(nowMs);
    const found = findJwkInJwks(fetched.jwks, kid);
    if (found === undefined) {
      this.#unknownAtMs = nowMs;
      throw new InvalidTokenError('unknown-key');
    }
    return found;
  }

  #find(kid: string): JwkWithKid | undefined {
    return this.#fetched && findJwkInJwks(this.#fetched.jwks, kid);
  }

  /** Fetches the keys. All callers share one request. */
  async #refresh(nowMs: number): Promise<Fetched> {
    if (this.#failure !== undefined && nowMs < this.#failure.atMs + FAILURE_PENALTY_MS) {
      throw this.#failure.error;
    }
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<Fetched> {
    const { uri, now } = this.#options;
    let cause: unknown;
    for (let attempt = 1; attempt <= FETCH_ATTEMPTS; attempt += 1) {
      try {
        const response = await fetch(uri, {
          redirect: 'error',
          signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
        });
        if (!response.ok) throw new Error(`responded with ${response.status}`);
        // The library checks the content of the JSON.
        const jwks = (await response.json()) as Jwks;
        assertIsJwks(jwks);
        const fetched = { jwks, freshUntilMs: now() + cacheLifetimeMs(response.headers) };
        this.#fetched = fetched;
        this.#failure = undefined;
        return fetched;
      } catch (error) {
        cause = error;
      }
    }
    const error = new KeysUnavailableError(uri, cause);
    this.#failure = { atMs: now(), error };
    throw error;
  }
}
