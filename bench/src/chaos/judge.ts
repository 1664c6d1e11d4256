import type { ConnectionsTable } from '@blogapp/broadcast';
import {
  decodeTask,
  subscribersOf,
  takeMessages,
  type ConnectionsPeer,
  type LocalServices,
  type TestQueues,
} from '@blogapp/broadcast/testing';
import type { Channel } from '@blogapp/shared-types';

export interface RunResult {
  /** The number of events times the recipients that stayed connected. */
  readonly owed: number;
  /** How many of these were neither delivered nor explained in the dead-letter queue. */
  readonly lost: number;
  /** How many were delivered more than once, with the same event id. */
  readonly repeated: number;
  /** How many recipients are in the dead-letter queue with a reason. */
  readonly deadLettered: number;
  /**
   * Faults of the product: messages in the dead-letter queue without a reason, unknown messages,
   * rows of gone connections.
   */
  readonly faults: readonly string[];
}

export interface Story {
  readonly services: LocalServices;
  readonly queues: TestQueues;
  readonly table: ConnectionsTable;
  readonly peer: ConnectionsPeer;
  readonly channel: Channel;
  readonly connectionIds: readonly string[];
  readonly gone: ReadonlySet<string>;
  /** False when deletes may have been throttled: the next 410 finds the rows again. */
  readonly goneRowsRemoved: boolean;
  readonly eventIds: readonly string[];
}

/** Compares what the connections received with what they should have received. */
export async function judge(story: Story): Promise<RunResult> {
  const { connectionIds, gone, eventIds, peer } = story;
  const faults: string[] = [];
  const explained = await deadLetters(story, faults);
  let [owed, lost, repeated] = [0, 0, 0];
  for (const connectionId of connectionIds) {
    const got = new Map<string, Set<string>>();
    for (const body of peer.received.get(connectionId) ?? []) {
      const { id } = JSON.parse(body) as { id: string };
      if (got.has(id)) repeated += 1;
      got.set(id, (got.get(id) ?? new Set()).add(body));
    }
    for (const [id, bodies] of got) {
      if (!eventIds.includes(id)) faults.push(`${connectionId} got unknown event ${id}`);
      if (bodies.size > 1 && !sameEvent(bodies)) faults.push(`event ${id} differs when repeated`);
    }
    if (gone.has(connectionId)) continue;
    for (const id of eventIds) {
      owed += 1;
      if (!got.has(id) && !explained.has(`${id} ${connectionId}`)) lost += 1;
    }
  }
  faults.push(...(await rowsLeft(story)));
  return { owed, lost, repeated, deadLettered: explained.size, faults };
}

/**
 * Whether repeated bodies are the same event. A publisher that tries again sets a new time; all
 * other fields must be equal.
 */
function sameEvent(bodies: ReadonlySet<string>): boolean {
  const without = [...bodies].map((body) => {
    const { occurredAt: _, ...event } = JSON.parse(body) as Record<string, unknown>;
    return JSON.stringify(event);
  });
  return new Set(without).size === 1;
}

async function deadLetters(
  { services, queues }: Story,
  faults: string[],
): Promise<ReadonlySet<string>> {
  const explained = new Set<string>();
  for (const { Body: body = '', MessageAttributes: attributes } of await takeMessages(
    services.sqs,
    queues.deadLetterQueueUrl,
  )) {
    const { event, recipients, attempt } = decodeTask(body);
    const reason = attributes?.reason?.StringValue ?? '';
    if (reason === '' || attempt !== 0)
      faults.push(`a message in the dead-letter queue can't be explained or redriven`);
    if ('connectionIds' in recipients) {
      for (const connectionId of recipients.connectionIds) {
        explained.add(`${event.id} ${connectionId}`);
      }
    } else {
      faults.push(`a whole shard is in the dead-letter queue: ${reason}`);
    }
  }
  return explained;
}

/**
 * Checks that the rows of connections whose push got a 410 are removed, and that all others exist.
 */
async function rowsLeft(story: Story): Promise<string[]> {
  const { table, channel, connectionIds, gone, goneRowsRemoved } = story;
  const left = await subscribersOf(table, channel);
  return connectionIds
    .filter((id) => (gone.has(id) ? goneRowsRemoved && left.has(id) : !left.has(id)))
    .map((id) => `the row of ${id} in ${channel} is wrong`);
}
