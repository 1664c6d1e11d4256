import { listenersOf } from './listeners.ts';

/**
 * The state of something that is read. `value` stays while it is read again, and after a failure.
 */
export interface ReadState<T> {
  readonly value?: T;
  /** Why the last read failed; absent while the next one runs. */
  readonly error?: unknown;
  readonly loading: boolean;
}

/**
 * Something that is read from the API, and its value, which the page shows until it is read again.
 */
export interface Resource<T> {
  readonly state: ReadState<T>;
  readonly subscribe: (listener: () => void) => () => void;
  /** Reads it, unless a read is running already. It never throws: a failure is in the state. */
  load(): Promise<void>;
  /** Reads it, unless it was read within the last `freshMs`. */
  refresh(freshMs: number): Promise<void>;
  /** Sets a value that the page received in another way: by a write, or an event. */
  set(value: T): void;
}

/**
 * @param read reads the value; a result that comes after `set` was called is dropped, because it
 * may be older
 * @param now returns the time (ms since 1970)
 */
export function createResource<T>(read: () => Promise<T>, now = Date.now): Resource<T> {
  const { notify, subscribe } = listenersOf();
  let state: ReadState<T> = { loading: false };
  let running: Promise<void> | undefined;
  let readAt = -Infinity;
  let sets = 0;

  const setState = (next: ReadState<T>): void => {
    state = next;
    notify();
  };
  const kept = (): { value?: T } => (state.value === undefined ? {} : { value: state.value });

  const resource: Resource<T> = {
    get state() {
      return state;
    },
    subscribe,
    load() {
      running ??= (async () => {
        const setsBefore = sets;
        setState({ ...kept(), loading: true });
        try {
          const value = await read();
          readAt = now();
          setState(setsBefore === sets ? { value, loading: false } : { ...kept(), loading: false });
        } catch (error) {
          setState({ ...kept(), error, loading: false });
        } finally {
          running = undefined;
        }
      })();
      return running;
    },
    refresh(freshMs) {
      return now() - readAt < freshMs ? Promise.resolve() : resource.load();
    },
    set(value) {
      sets += 1;
      readAt = now();
      setState({ value, loading: running !== undefined });
    },
  };
  return resource;
}
