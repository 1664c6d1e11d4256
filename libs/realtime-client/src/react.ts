import type { Channel } from '@blogapp/shared-types';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { RealtimeClient } from './client.ts';
import type { ConnectionState } from './state.ts';
import type { SubscribeOptions } from './subscription.ts';

const SERVER_STATE: ConnectionState = { status: 'idle' };

/**
 * Subscribes to a channel while the component is shown. The callbacks may differ in each render;
 * only another client or channel causes a new subscription. Nothing happens while a server renders.
 *
 * @param channel undefined when there is no channel (yet); then nothing is subscribed
 */
export function useChannel(
  client: RealtimeClient,
  channel: Channel | undefined,
  options: SubscribeOptions,
): void {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    if (channel === undefined) return undefined;
    const subscription = client.subscribe(channel, {
      since: latest.current.since,
      onEvent: (event) => {
        latest.current.onEvent(event);
      },
      onTruncated: () => latest.current.onTruncated?.(),
    });
    return () => {
      subscription.close();
    };
  }, [client, channel]);
}

/** Returns the state of the client's connection; the component renders again when it changes. */
export function useConnectionState(client: RealtimeClient): ConnectionState {
  return useSyncExternalStore(
    client.onStateChange,
    () => client.state,
    () => SERVER_STATE,
  );
}
