'use client';

import type { RealtimeClient } from '@blogapp/realtime-client';
import { useSyncExternalStore } from 'react';
import { useConfig } from '../config/index.ts';
import { realtimeOf, type Realtime } from './client.ts';
import { describeConnection, NO_HISTORY, type ConnectionWords } from './words.ts';

const none = (): (() => void) => () => undefined;

function useRealtime(): Realtime | undefined {
  const config = useConfig();
  return config && realtimeOf(config);
}

/** The client of this page; undefined until the configuration is loaded. */
export function useRealtimeClient(): RealtimeClient | undefined {
  return useRealtime()?.client;
}

function subscribeToOnline(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** Whether the device has a network, as far as the browser knows. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    subscribeToOnline,
    () => navigator.onLine,
    () => true,
  );
}

/** Returns the state of the live updates in words; the component renders again when it changes. */
export function useConnectionWords(): ConnectionWords {
  const realtime = useRealtime();
  const online = useOnline();
  const subscribe = realtime?.subscribe ?? none;
  const state = useSyncExternalStore(
    subscribe,
    () => realtime?.client.state,
    () => undefined,
  );
  const history = useSyncExternalStore(
    subscribe,
    () => realtime?.history ?? NO_HISTORY,
    () => NO_HISTORY,
  );
  return describeConnection(state ?? { status: 'idle' }, history, online);
}
