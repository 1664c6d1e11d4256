import * as z from 'zod/mini';
import { channelSchema } from './channels.ts';
import { ulidSchema } from './ids.ts';

/** The body of `POST /broadcast/comments`. */
export const broadcastRequestSchema = z.strictObject({
  channel: channelSchema,
  type: z.literal('announcement'),
  data: z.record(z.string(), z.unknown()),
});

/**
 * The body of its response, with status 202. Numbers count recipients, except `queued`, which
 * counts tasks.
 */
export const broadcastResultSchema = z.object({
  eventId: ulidSchema,
  /** Connections that were subscribed when their page was read. */
  recipients: z.number(),
  delivered: z.number(),
  /** Connections whose push got the status 410; their rows are removed. */
  stale: z.number(),
  /** Pushes that were tried more than once. */
  retried: z.number(),
  /** Tasks that were put in the FanoutQueue, because time ran out or a recipient still failed. */
  queued: z.number(),
});

export type BroadcastRequest = z.infer<typeof broadcastRequestSchema>;
export type BroadcastResult = z.infer<typeof broadcastResultSchema>;
