import * as z from 'zod/mini';
import { channelSchema } from './channels.ts';
import { ulidSchema } from './ids.ts';

/** The most channels that one `subscribe` or `unsubscribe` may name. */
export const MAX_CHANNELS_PER_MESSAGE = 50;

const channels = z
  .array(channelSchema)
  .check(z.minLength(1), z.maxLength(MAX_CHANNELS_PER_MESSAGE));

export const subscribeMessageSchema = z.strictObject({
  action: z.literal('subscribe'),
  channels,
  /** The id of the last event that the client has seen; the events after it are replayed. */
  since: z.optional(ulidSchema),
});

export const unsubscribeMessageSchema = z.strictObject({
  action: z.literal('unsubscribe'),
  channels,
});

export const pingMessageSchema = z.strictObject({ action: z.literal('ping') });

export const clientMessageSchema = z.discriminatedUnion('action', [
  subscribeMessageSchema,
  unsubscribeMessageSchema,
  pingMessageSchema,
]);

export type SubscribeMessage = z.infer<typeof subscribeMessageSchema>;
export type UnsubscribeMessage = z.infer<typeof unsubscribeMessageSchema>;
export type PingMessage = z.infer<typeof pingMessageSchema>;
export type ClientMessage = z.infer<typeof clientMessageSchema>;
