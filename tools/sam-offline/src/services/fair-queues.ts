import type { FauxqsStore } from './fauxqs-store.ts';

/** fauxqs' function that makes a message, a static one of its store's class. */
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

/** The groups of requests that are under way, by the attributes that fauxqs makes their messages with. */
const groups = new WeakMap<object, string>();
const patched = new WeakSet<object>();

/**
 * A message of a standard queue may have a group since fair queues
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html). fauxqs 2.4.1 drops
 * it: its actions pass groups on for FIFO queues only. So a request is remembered by its attributes, which they do pass on.
 *
 * @throws Error when fauxqs is not as it was
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

/** Remembers the groups that a request has: `SendMessage`, or `SendMessageBatch`. */
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
