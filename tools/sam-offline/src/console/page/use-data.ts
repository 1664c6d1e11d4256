import { problemOf } from './api.ts';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Loaded<Data> {
  readonly data: Data | undefined;
  readonly error: string | undefined;
  readonly reload: () => Promise<void>;
}

/**
 * Loads data, and loads it again when `key` changes. The earlier data stays until the new data has
 * come.
 */
export function useData<Data>(key: string, load: () => Promise<Data>): Loaded<Data> {
  const [state, setState] = useState<{ key: string; data?: Data; error?: string }>({ key });
  const latest = useRef(load);
  latest.current = load;
  const current = useRef(key);
  current.current = key;
  const reload = useCallback(async () => {
    try {
      const data = await latest.current();
      // The response to an earlier request is not used.
      if (current.current === key) setState({ key, data });
    } catch (error) {
      const text = problemOf(error);
      if (current.current === key) setState((before) => ({ ...before, key, error: text }));
    }
  }, [key]);
  useEffect(() => {
    void reload();
  }, [reload]);
  return { data: state.data, error: state.error, reload };
}
