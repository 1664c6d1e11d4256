import type { Config } from '../config/index.ts';
import type { LocalStore } from '../storage/index.ts';
import { clockAheadMs, endedProblem, explainRefusal, type SessionProblem } from './refusal.ts';
import { storedSessionSchema } from './user.ts';
import type { IdentityProvider, ProviderName, StoredSession, User } from './user.ts';

export interface SessionState {
  readonly status: 'loading' | 'signed-out' | 'signed-in';
  readonly user?: User;
  /** Why the user is signed out without having asked for it. */
  readonly problem?: SessionProblem;
}

export interface SessionStoreOptions {
  readonly store: LocalStore;
  /** Returns the configuration; it throws when that can not be read. */
  readonly config: () => Promise<Config>;
  /** Loads an identity provider. It is not called while nobody is signed in. */
  readonly load: (provider: ProviderName, config: Config) => Promise<IdentityProvider>;
  /** Returns the Firebase project whose tokens the API accepts. */
  readonly projectIdOf: (config: Config) => string;
  readonly clockAheadMs?: () => Promise<number | undefined>;
}

const KEY = 'session';
const LOADING: SessionState = { status: 'loading' };

/**
 * Knows who is signed in on this browser, in all of its tabs. The browser's storage says it at
 * once; the provider (Firebase's SDK) is loaded when a token is needed.
 */
export class SessionStore {
  readonly #options: SessionStoreOptions;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = LOADING;
  #stored: StoredSession | undefined;
  #provider: Promise<IdentityProvider> | undefined;

  constructor(options: SessionStoreOptions) {
    this.#options = options;
  }

  get state(): SessionState {
    return this.#state;
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Finds out who is signed in, and follows the other tabs. Call it once, in a browser. */
  start(): void {
    this.#adopt();
    this.#options.store.onOtherTab(KEY, () => {
      this.#adopt();
    });
  }

  /** Call it when somebody has signed in with a provider. */
  signedIn(name: ProviderName, provider: IdentityProvider, user: User): void {
    this.#provider = Promise.resolve(provider);
    this.#stored = { provider: name, ...user };
    this.#options.store.write(KEY, this.#stored);
    this.#setState({ status: 'signed-in', user });
  }

  /**
   * Returns the ID token to send; undefined when nobody is signed in (any more).
   *
   * @param isRefused whether the last token was refused, so that a new one is needed
   * @throws what the provider and the configuration throw when there is no network
   */
  readonly token = async (isRefused = false): Promise<string | undefined> => {
    const stored = this.#stored;
    if (stored === undefined) return undefined;
    const provider = await this.#load(stored.provider);
    const token = await provider.token(stored.uid, isRefused);
    if (token === undefined && this.#stored === stored) await this.#end(endedProblem(stored.name));
    return token;
  };

  /**
   * Call it when the API refuses the user's tokens, even a fresh one: the user is signed out, with
   * the reason. @param token the refused token @param detail the detail of the API's problem
   * document
   */
  async refused(token: string | undefined, detail: string | undefined): Promise<void> {
    const stored = this.#stored;
    if (stored === undefined) return;
    const config = await this.#options.config();
    const ahead = await (this.#options.clockAheadMs ?? clockAheadMs)();
    const projectId = this.#options.projectIdOf(config);
    const { name } = stored;
    if (this.#stored !== stored) return;
    await this.#end(explainRefusal({ name, token, projectId, detail, clockAheadMs: ahead }));
  }

  readonly signOut = async (): Promise<void> => {
    await this.#end(undefined);
  };

  async #end(problem: SessionProblem | undefined): Promise<void> {
    const stored = this.#stored;
    this.#stored = undefined;
    this.#options.store.remove(KEY);
    this.#setState({ status: 'signed-out', ...(problem !== undefined && { problem }) });
    if (stored === undefined) return;
    const provider = await this.#load(stored.provider);
    this.#provider = undefined;
    await provider.signOut();
  }

  #load(name: ProviderName): Promise<IdentityProvider> {
    this.#provider ??= this.#options
      .config()
      .then((config) => this.#options.load(name, config))
      .catch((error: unknown) => {
        this.#provider = undefined;
        throw error;
      });
    return this.#provider;
  }

  /**
   * Reads the session from the browser's storage: at the start, and when another tab has changed
   * it.
   */
  #adopt(): void {
    const stored = this.#options.store.read(KEY, storedSessionSchema);
    if (stored?.uid !== this.#stored?.uid || stored?.provider !== this.#stored?.provider) {
      this.#provider = undefined;
    }
    this.#stored = stored;
    if (stored === undefined) {
      // A tab that knows why the user is signed out keeps showing the reason.
      if (this.#state.status !== 'signed-out') this.#setState({ status: 'signed-out' });
      return;
    }
    const { provider: _provider, email, ...user } = stored;
    this.#setState({
      status: 'signed-in',
      user: { ...user, ...(email !== undefined && { email }) },
    });
  }

  #setState(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
