import type { EventOf } from '../../events/index.ts';
import { type Row, styleOfStatus } from './row.ts';

/** A broadcast has ended when its caller has pushed nothing for this time, in ms. */
export const BROADCAST_PAUSE_MS = 150;

interface Broadcast {
  readonly caller: string;
  readonly startMs: number;
  endMs: number;
  bytes: number;
  readonly statuses: Map<number, number>;
  readonly connections: Set<string>;
  first: EventOf<'connections.call'>;
  correlationId: string | undefined;
}

/** Makes one line of all pushes of a broadcast. */
export class Pushes {
  readonly #current = new Map<string, Broadcast>();

  get isEmpty(): boolean {
    return this.#current.size === 0;
  }

  add(event: EventOf<'connections.call'>): void {
    const caller = event.caller ?? 'nobody';
    let broadcast = this.#current.get(caller);
    if (broadcast === undefined) {
      broadcast = {
        ...{ caller, startMs: event.timeMs - event.durationMs, endMs: event.timeMs, bytes: 0 },
        ...{ statuses: new Map<number, number>(), connections: new Set<string>(), first: event },
        correlationId: event.correlationId,
      };
      this.#current.set(caller, broadcast);
    }
    broadcast.endMs = event.timeMs;
    broadcast.bytes += event.bytes;
    broadcast.statuses.set(event.statusCode, (broadcast.statuses.get(event.statusCode) ?? 0) + 1);
    // Further ones are not counted one by one.
    if (event.connectionId !== undefined && broadcast.connections.size < 100_000) {
      broadcast.connections.add(event.connectionId);
    }
  }

  /** The caller has logged a correlation id while it pushed. */
  correlate(caller: string, correlationId: string): void {
    const broadcast = this.#current.get(caller);
    if (broadcast !== undefined) broadcast.correlationId ??= correlationId;
  }

  /**
   * The lines of the broadcasts that have ended by then, or of all broadcasts if `timeMs` is
   * infinite.
   */
  take(timeMs: number): Row[] {
    const rows: Row[] = [];
    for (const [caller, broadcast] of this.#current) {
      if (timeMs - broadcast.endMs < BROADCAST_PAUSE_MS) continue;
      this.#current.delete(caller);
      rows.push(rowOf(broadcast));
    }
    return rows;
  }
}

function rowOf(broadcast: Broadcast): Row {
  const { caller, startMs, endMs, bytes, statuses, connections, first, correlationId } = broadcast;
  const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  const worst = Math.max(...statuses.keys());
  if (total === 1) {
    return {
      ...{ timeMs: endMs, label: first.method === 'POST' ? 'push' : first.method },
      ...{ subject: first.connectionId ?? '', status: String(worst) },
      ...{ statusStyle: styleOfStatus(worst), durationMs: first.durationMs },
      details: [`${bytes} bytes`, `by ${caller}`, correlationId],
    };
  }
  const failed = [...statuses].filter(([status]) => status >= 400);
  const gone = failed.map(([status, count]) => `${count} × ${status}`).join(', ');
  return {
    ...{ timeMs: endMs, label: 'push' },
    subject: `${total} pushes to ${connections.size} connections`,
    ...{ status: failed.length === 0 ? 'ok' : String(worst), statusStyle: styleOfStatus(worst) },
    durationMs: endMs - startMs,
    details: [gone, `${bytes} bytes`, `by ${caller}`, correlationId],
  };
}
