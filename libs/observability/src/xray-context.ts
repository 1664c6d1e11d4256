import { AsyncLocalStorage } from 'node:async_hooks';
// @ts-expect-error -- cls-hooked has no types for this file, which is the one that the SDK loads.
import clsHooked from 'cls-hooked/context.js';

/** What belongs to one chain of calls: the X-Ray SDK keeps its current segment in it. */
type Context = Record<string, unknown>;

/**
 * The namespace in which the X-Ray SDK keeps its current segment, made with Node's
 * AsyncLocalStorage. The SDK's own is cls-hooked's, which listens to every promise of the process
 * from the first traced invocation on, also in invocations that are not traced. A request that
 * reads a post then took 1.3 times as much processor time (`npm run bench -- instrumentation`).
 * This class has the methods that the SDK calls.
 */
class XRayNamespace {
  readonly #storage = new AsyncLocalStorage<Context>();
  /** The context that the SDK entered when it was loaded. */
  #ofLoading: Context | undefined;

  createContext(): Context {
    return Object.create(this.#storage.getStore() ?? null) as Context;
  }

  /** The SDK calls this once, when it is loaded, to keep Lambda's own segment. */
  enter(context: Context): void {
    this.#ofLoading = context;
  }

  /** What the SDK kept when it was loaded. */
  getFromLoading(key: string): unknown {
    return this.#ofLoading?.[key];
  }

  get(key: string): unknown {
    return this.#storage.getStore()?.[key];
  }

  set<T>(key: string, value: T): T {
    const context = this.#storage.getStore() ?? this.#ofLoading;
    if (context === undefined) throw new Error(`"${key}" is set outside of every context`);
    context[key] = value;
    return value;
  }

  /** Calls the function in a context of its own, and returns that context. */
  run(work: (context: Context) => void): Context {
    const context = this.createContext();
    this.#storage.run(context, work, context);
    return context;
  }

  /** Calls the function in a context of its own, and returns its result. */
  runAndReturn<T>(work: (context: Context) => T): T {
    const context = this.createContext();
    return this.#storage.run(context, work, context);
  }
}

/** The X-Ray SDK uses this namespace when it is loaded after this file. */
export const xrayNamespace = new XRayNamespace();

Object.assign(clsHooked as object, {
  createNamespace: () => xrayNamespace,
  getNamespace: () => xrayNamespace,
});
