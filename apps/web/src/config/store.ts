'use client';

import { useSyncExternalStore } from 'react';
import { readConfig, type Config } from './config.ts';

export type ConfigState =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly config: Config }
  | { readonly status: 'failed'; readonly error: unknown };

const LOADING: ConfigState = { status: 'loading' };
const listeners = new Set<() => void>();
let state: ConfigState = LOADING;
let loading: Promise<Config> | undefined;

function setState(next: ConfigState): void {
  state = next;
  for (const listener of [...listeners]) listener();
}

/**
 * Returns the configuration, which is read once for each page load. After a failure, the next call
 * reads it again.
 *
 * @throws what `readConfig` throws
 */
export function loadConfig(): Promise<Config> {
  loading ??= readConfig().then(
    (config) => {
      setState({ status: 'ready', config });
      return config;
    },
    (error: unknown) => {
      loading = undefined;
      setState({ status: 'failed', error });
      throw error;
    },
  );
  return loading;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // A failure is in the state.
  void loadConfig().catch(() => undefined);
  return () => {
    listeners.delete(listener);
  };
}

/** The state of the configuration; `loading` while a server renders. The first use loads it. */
export function useConfigState(): ConfigState {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => LOADING,
  );
}

/**
 * The configuration; undefined until it is loaded. If that fails, the frame shows a message instead
 * of the page, so pages need not handle it.
 */
export function useConfig(): Config | undefined {
  const current = useConfigState();
  return current.status === 'ready' ? current.config : undefined;
}
