import { channelSchema, ulidSchema } from '@blogapp/shared-types';
import * as z from 'zod/mini';
import { InvalidTaskError } from '../errors.ts';
import { encodeEvent } from '../event.ts';

/** The recipients of a task: the rest of one shard of the channel, or connections by their ids. */
export type Recipients =
  | { readonly shard: number; readonly after?: string | undefined }
  | { readonly connectionIds: readonly string[] };

/** One part of a broadcast, which one worker can do. */
export interface DeliveryTask {
  readonly event: TaskEvent;
  /** The bytes of the event, as they are pushed. */
  readonly payload: Buffer;
  readonly recipients: Recipients;
  /**
   * How often in a row the task was queued because of failures. Being queued for lack of time does
   * not count.
   */
  readonly attempt: number;
  /** When the broadcast's first push was accepted (ms since 1970); absent before that. */
  readonly firstDeliveredAt?: number | undefined;
}

/**
 * The fields of an event that the delivery needs. Other fields, as of a newer version, are kept.
 */
const eventSchema = z.looseObject({
  id: ulidSchema,
  type: z.string(),
  channel: channelSchema,
  occurredAt: z.iso.datetime(),
  meta: z.looseObject({ correlationId: z.string() }),
});

export type TaskEvent = z.infer<typeof eventSchema>;

const taskSchema = z.object({
  version: z.literal(1),
  attempt: z.int().check(z.nonnegative()),
  recipients: z.union([
    z.strictObject({ shard: z.int().check(z.nonnegative()), after: z.optional(z.string()) }),
    z.strictObject({ connectionIds: z.array(z.string()).check(z.minLength(1)) }),
  ]),
  firstDeliveredAt: z.optional(z.int().check(z.nonnegative())),
  event: eventSchema,
});

/**
 * The most bytes of a task. SQS takes 256 KB in one message with its attributes; 4 KB are for
 * those.
 */
const MAX_TASK_BYTES = 256 * 1024 - 4 * 1024;
/** The most connection ids in one task, so that one worker can finish it in one invocation. */
export const MAX_IDS_PER_TASK = 500;

/** A task as the body of a queue message: one JSON object, the event in it as it is pushed. */
export function encodeTask(task: DeliveryTask): string {
  const { recipients, attempt, firstDeliveredAt, payload } = task;
  const head = JSON.stringify({ version: 1, attempt, firstDeliveredAt, recipients });
  return `${head.slice(0, -1)},"event":${payload.toString()}}`;
}

/** @throws InvalidTaskError when the body is not a task of this version */
export function decodeTask(body: string): DeliveryTask {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new InvalidTaskError('the message is not JSON');
  }
  const result = taskSchema.safeParse(value);
  if (!result.success) {
    const issues = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new InvalidTaskError(`the message is not a delivery task: ${issues.join('; ')}`);
  }
  const { event, recipients, attempt, firstDeliveredAt } = result.data;
  try {
    // The event is taken from the message and not from the parsed value, which has its fields in
    // the schema's order: a repeated event must be the same to the byte.
    const { event: original } = value as { event: object };
    return { event, payload: encodeEvent(original), recipients, attempt, firstDeliveredAt };
  } catch (error) {
    throw new InvalidTaskError(`its event can not be sent: ${String(error)}`, { cause: error });
  }
}

/** Splits a task of ids so that each fits in a queue message. */
export function splitTask(
  task: DeliveryTask & { readonly recipients: { readonly connectionIds: readonly string[] } },
): DeliveryTask[] {
  const room = MAX_TASK_BYTES - task.payload.length;
  const parts: string[][] = [];
  let part: string[] = [];
  let bytes = 0;
  for (const connectionId of task.recipients.connectionIds) {
    const size = Buffer.byteLength(JSON.stringify(connectionId)) + 1;
    if (part.length === 0 || bytes + size > room || part.length === MAX_IDS_PER_TASK) {
      part = [];
      parts.push(part);
      bytes = 0;
    }
    part.push(connectionId);
    bytes += size;
  }
  return parts.map((connectionIds) => ({ ...task, recipients: { connectionIds } }));
}
