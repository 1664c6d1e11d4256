import type { Channel, EventDraft } from '@blogapp/shared-types';
import type { Publish } from '../streams/index.ts';

export interface PublishedEvent {
  readonly event: EventDraft;
  readonly channel: Channel;
  readonly correlationId: string;
}

/** The published events, in order. A test can make publishing fail. */
export interface EventLog {
  readonly published: PublishedEvent[];
  readonly publish: Publish;
  /** Returns whether publishing this event fails. */
  failing: (event: EventDraft) => boolean;
}

export function createEventLog(): EventLog {
  const log: EventLog = {
    published: [],
    failing: () => false,
    publish: (event, channel, correlationId) => {
      if (log.failing(event)) return Promise.reject(new Error('the socket broke'));
      log.published.push({ event, channel, correlationId });
      return Promise.resolve();
    },
  };
  return log;
}
