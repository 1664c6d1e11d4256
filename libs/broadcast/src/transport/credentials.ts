import type { Credentials } from './signer.ts';

export type CredentialsProvider = () => Promise<Credentials>;

/** New credentials are requested this long before the old ones expire, as in the SDK. */
const REFRESH_BEFORE_MS = 5 * 60_000;
/** Credentials that expire sooner than this are not used: callers wait for new ones. */
const UNUSABLE_BEFORE_MS = 30_000;

/** Holds credentials for signing without waiting, and renews them before they expire. */
export class CredentialsCache {
  readonly #provider: CredentialsProvider;
  readonly #now: () => number;
  #held: Credentials | undefined;
  #renewal: Promise<void> | undefined;

  constructor(provider: CredentialsProvider, now: () => number = Date.now) {
    this.#provider = provider;
    this.#now = now;
  }

  /** Resolves when there are credentials that can be used; rejects with the provider's error. */
  async ready(): Promise<void> {
    if (this.#held === undefined || this.#lifeMs(this.#held) < UNUSABLE_BEFORE_MS) {
      await this.#renew();
    }
  }

  /** The credentials to sign with now; starts their renewal in the background when it is time. */
  current(): Credentials {
    if (this.#held === undefined) throw new Error('credentials are used before they are ready');
    if (this.#lifeMs(this.#held) < REFRESH_BEFORE_MS) {
      // The old ones stay in use: a provider that fails is called again a second later.
      this.#renew().catch(() => undefined);
    }
    return this.#held;
  }

  #renew(): Promise<void> {
    this.#renewal ??= this.#provider()
      .then((credentials) => {
        this.#held = credentials;
      })
      .finally(() => {
        this.#renewal = undefined;
      });
    return this.#renewal;
  }

  #lifeMs({ expiration }: Credentials): number {
    return expiration === undefined ? Infinity : expiration.getTime() - this.#now();
  }
}
