'use client';

import type { RealtimeClient, SubscribeOptions } from '@blogapp/realtime-client';
import { useChannel } from '@blogapp/realtime-client/react';
import type { Channel } from '@blogapp/shared-types';
import { useRealtimeClient } from './use-realtime.ts';

interface Props extends SubscribeOptions {
  readonly channel: Channel;
}

/**
 * Subscribes to a channel while it is mounted, as soon as there is a client. It renders nothing.
 * The callbacks may differ in each render.
 */
export function LiveChannel(props: Props) {
  const client = useRealtimeClient();
  return client && <Subscription {...props} client={client} />;
}

function Subscription({
  client,
  channel,
  ...options
}: Props & { readonly client: RealtimeClient }) {
  useChannel(client, channel, options);
  return null;
}
