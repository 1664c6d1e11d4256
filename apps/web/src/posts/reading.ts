import { listenersOf } from '../api/index.ts';

/** The part of a list that is being read, and the error of the last read. */
export interface Reading<Part extends string = string> {
  readonly loading: 'nothing' | Part;
  /** The part whose read failed last, and the error. */
  readonly failure?: { readonly of: Part; readonly error: unknown } | undefined;
}

type PartOf<State> = State extends Reading<infer Part> ? Part : never;

/** The state of a list that is read in parts. A read that fails changes nothing but `failure`. */
export interface ReadState<State extends Reading> {
  readonly current: State;
  readonly subscribe: (listener: () => void) => () => void;
  set(change: Partial<State>): void;
  /**
   * Reads a part. If the read fails, the error is in the state.
   *
   * @param take reads the part, and returns the members of the state that change
   */
  read(of: PartOf<State>, take: () => Promise<Partial<State>>): Promise<void>;
}

export function readState<State extends Reading>(initial: State): ReadState<State> {
  const { notify, subscribe } = listenersOf();
  let current = initial;
  const set = (change: Partial<State>): void => {
    current = { ...current, ...change };
    notify();
  };
  return {
    get current() {
      return current;
    },
    subscribe,
    set,
    async read(of, take) {
      current = { ...current, loading: of, failure: undefined };
      notify();
      const [change, failure] = await take().then(
        (taken) => [taken, undefined] as const,
        (error: unknown) => [undefined, { of, error }] as const,
      );
      current = { ...current, ...change, loading: 'nothing', failure };
      notify();
    },
  };
}
