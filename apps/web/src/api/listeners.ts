/** Who wants to know of changes: the half of a store that `useSyncExternalStore` asks for. */
export interface Listeners {
  readonly notify: () => void;
  /** @returns what ends it */
  readonly subscribe: (listener: () => void) => () => void;
}

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
