import type { ConnectionState } from '@blogapp/realtime-client';
import type { ServerEvent } from '@blogapp/shared-types';

/** How many of the newest entries are kept. */
export const KEPT_ENTRIES = 500;

/** A change of the connection's state, or something that it received. */
export type Entry = { readonly atMs: number; readonly key: number } & (
  | { readonly kind: 'state'; readonly status: ConnectionState['status'] }
  | { readonly kind: 'truncated' }
  | {
      readonly kind: 'event';
      readonly type: ServerEvent['type'];
      readonly id: string;
      /** The time from when it happened on the server to its arrival, by both clocks (ms). */
      readonly latencyMs: number;
      /** Whether it happened before the connection was open, so that it was replayed. */
      readonly isReplayed: boolean;
    }
);

export interface Journal {
  /** The entries, newest first. */
  readonly entries: readonly Entry[];
  /** When the connection was opened last (ms since 1970); undefined before the first time. */
  readonly openedAtMs: number | undefined;
  /** How often the connection was opened. */
  readonly opened: number;
  /** How many events arrived, with replayed ones. */
  readonly events: number;
  readonly replayed: number;
  /** How often the server could not replay everything. */
  readonly truncated: number;
}

export const EMPTY_JOURNAL: Journal = {
  entries: [],
  openedAtMs: undefined,
  opened: 0,
  events: 0,
  replayed: 0,
  truncated: 0,
};

export type Happening =
  | { readonly kind: 'state'; readonly status: ConnectionState['status'] }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'event'; readonly event: ServerEvent };

/** The journal with one more entry. `atMs` is its time (ms since 1970). */
export function record(journal: Journal, happening: Happening, atMs: number): Journal {
  const add = (entry: Entry): readonly Entry[] =>
    [entry, ...journal.entries].slice(0, KEPT_ENTRIES);
  const key = (journal.entries[0]?.key ?? 0) + 1;
  switch (happening.kind) {
    case 'state': {
      const entries = add({ kind: 'state', status: happening.status, atMs, key });
      if (happening.status !== 'open') return { ...journal, entries };
      return { ...journal, entries, openedAtMs: atMs, opened: journal.opened + 1 };
    }
    case 'truncated':
      return {
        ...journal,
        entries: add({ kind: 'truncated', atMs, key }),
        truncated: journal.truncated + 1,
      };
    case 'event': {
      const { type, id, occurredAt } = happening.event;
      const happenedAtMs = Date.parse(occurredAt);
      const isReplayed = journal.openedAtMs !== undefined && happenedAtMs < journal.openedAtMs;
      const latencyMs = atMs - happenedAtMs;
      return {
        ...journal,
        entries: add({ kind: 'event', type, id, latencyMs, isReplayed, atMs, key }),
        events: journal.events + 1,
        replayed: journal.replayed + (isReplayed ? 1 : 0),
      };
    }
  }
}

/**
 * A quantile of the latencies (ms) of the kept events that arrived live.
 *
 * @param quantile from 0 to 1
 * @returns undefined when there are none
 */
export function latencyAt({ entries }: Journal, quantile: number): number | undefined {
  const sorted = entries
    .flatMap((entry) => (entry.kind === 'event' && !entry.isReplayed ? [entry.latencyMs] : []))
    .sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
}
