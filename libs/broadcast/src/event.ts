import {
  MAX_MESSAGE_BYTES,
  serverEventSchema,
  type Channel,
  type EventDraft,
  type ServerEvent,
} from '@blogapp/shared-types';
import { monotonicFactory } from 'ulid';
import { EventTooLargeError, InvalidEventError } from './errors.ts';

const nextId = monotonicFactory();

/**
 * Makes an event from a draft. It adds the channel, the correlation id, and an id and a time unless
 * the draft has them. (An event that must keep its id when it is published again has its own.)
 *
 * @throws InvalidEventError when the result does not fit its schema
 */
export function createEvent(
  draft: EventDraft,
  channel: Channel,
  correlationId: string,
  nowMs: number,
): ServerEvent {
  const result = serverEventSchema.safeParse({
    type: draft.type,
    id: draft.id ?? nextId(nowMs),
    channel,
    occurredAt: draft.occurredAt ?? new Date(nowMs).toISOString(),
    data: draft.data,
    meta: { correlationId },
  });
  if (result.success) return result.data;
  throw new InvalidEventError(
    result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}

/**
 * An event as its subscribers get it.
 *
 * @throws InvalidEventError when it can't be written as JSON
 * @throws EventTooLargeError when it is over API Gateway's 128 KB
 */
export function encodeEvent(event: object): Buffer {
  // `JSON.stringify` does not escape these two characters, and SQS refuses a message that contains
  // them.
  const json = stringify(event).replace(/[\uFFFE\uFFFF]/g, (character) =>
    character === '\uFFFE' ? '\\ufffe' : '\\uffff',
  );
  const bytes = Buffer.from(json);
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw new EventTooLargeError(bytes.length, MAX_MESSAGE_BYTES);
  }
  return bytes;
}

/**
 * Writes JSON. An object that is nested thousands of levels deep, or circular, can not be written.
 */
function stringify(event: object): string {
  try {
    return JSON.stringify(event);
  } catch (error) {
    const message = `can not be written as JSON: ${String(error)}`;
    throw new InvalidEventError([{ path: '', message }]);
  }
}
