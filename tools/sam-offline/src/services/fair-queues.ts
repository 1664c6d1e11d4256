import type { FauxqsStore } from './fauxqs-store.ts';

/** The class of fauxqs' store, with the static function that makes a message. */
interface MessageMaker {
  createMessage(
    body: string,
    attributes: object | undefined,
    delaySeconds?: number,
    messageGroupId?: string,
    messageDeduplicationId?: string,
  ): object;
}

interface SendRequest {
  MessageAttributes?: object;
  readonly MessageGroupId?: unknown;
  readonly Entries?: readonly SendRequest[];
}

/**
 * The groups in the requests that are handled now, by the attributes object from which fauxqs makes
 * the message.
 */
const groups = new WeakMap<object, string>();
const patched = new WeakSet<object>();

/**
 * Makes fauxqs keep the message groups of standard queues. Since fair queues, a message of a
 * standard queue may have a group
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
 * The actions of fauxqs 2.4.1 only pass groups on for FIFO queues. They do pass the attributes on,
 * so the group is found by them.
 *
 * @throws Error if this version of fauxqs makes messages in another way
 */
export function keepGroupsOfStandardQueues(store: FauxqsStore): void {
  const maker = store.constructor as unknown as MessageMaker;
  if (typeof maker.createMessage !== 'function')
    throw new Error('fauxqs makes messages in another way');
  if (patched.has(maker)) return;
  patched.add(maker);
  const create = maker.createMessage.bind(maker);
  maker.createMessage = (body, attributes, delaySeconds, group, deduplicationId) =>
    create(body, attributes, delaySeconds, group ?? groups.get(attributes ?? {}), deduplicationId);
}

/** Remembers the groups in a request of `SendMessage` or `SendMessageBatch`. */
export function rememberGroups(request: unknown): void {
  if (typeof request !== 'object' || request === null) return;
  const { Entries: entries } = request as SendRequest;
  for (const each of Array.isArray(entries)
    ? (entries as SendRequest[])
    : [request as SendRequest]) {
    if (typeof each.MessageGroupId !== 'string') continue;
    each.MessageAttributes ??= {};
    groups.set(each.MessageAttributes, each.MessageGroupId);
  }
}
