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
 * The configuration, read once a page load; after a failure, the next call reads it again.
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
  // Its failure is in the state.
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
 * The configuration; undefined until it is loaded. Where that fails, the frame shows a message in
 * place of the page, so a page does not need to handle it.
 */
export function useConfig(): Config | undefined {
  const current = useConfigState();
  return current.status === 'ready' ? current.config : undefined;
}
