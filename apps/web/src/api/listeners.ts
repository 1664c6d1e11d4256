/** The listeners of a store, which `useSyncExternalStore` needs. */
export interface Listeners {
  readonly notify: () => void;
  /** Adds a listener. @returns a function that removes it */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Makes an empty set of listeners. */
export function listenersOf(): Listeners {
  const listeners = new Set<() => void>();
  return {
    notify() {
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
