import { createRealtimeClient, type RealtimeClient } from '@blogapp/realtime-client';
import { listenersOf } from '../api/index.ts';
import type { Config } from '../config/index.ts';
import { NO_HISTORY, remember, type ConnectionHistory } from './words.ts';

/** The realtime client of this page; all tabs of the browser share its connection. */
export interface Realtime {
  readonly client: RealtimeClient;
  readonly history: ConnectionHistory;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Returns the ID token to connect with, or undefined to connect without one. */
export type TokenSource = (refused: boolean) => Promise<string | undefined>;

let token: TokenSource = () => Promise.resolve(undefined);
let made: { readonly config: Config; readonly realtime: Realtime } | undefined;

/** Sets the source of the tokens for connections from now on. */
export function connectWith(source: TokenSource): void {
  token = source;
}

/** @returns the same client as long as the configuration is the same */
export function realtimeOf(config: Config): Realtime {
  if (made?.config === config) return made.realtime;
  made?.realtime.client.close();
  const { notify, subscribe } = listenersOf();
  const client = createRealtimeClient({
    url: config.webSocketUrl,
    token: ({ refused }) => token(refused),
  });
  let history = NO_HISTORY;
  client.onStateChange(() => {
    history = remember(history, client.state);
    notify();
  });
  const realtime: Realtime = {
    client,
    get history() {
      return history;
    },
    subscribe,
  };
  made = { config, realtime };
  return realtime;
}
