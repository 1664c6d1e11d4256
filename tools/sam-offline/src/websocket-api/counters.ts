/** What happened since the start; the console shows it. */
export interface WebSocketApiCounters {
  /** Connections that are open now. */
  open: number;
  /** Handshakes that were completed. */
  opened: number;
  /** Handshakes that were refused, by HTTP status. */
  readonly refused: Record<string, number>;
  /** Connections that ended, by close code as `$disconnect` gets it. */
  readonly closed: Record<string, number>;
  /** Messages from clients. */
  messagesIn: number;
  /** Frames to clients, of posts, route responses and errors. */
  messagesOut: number;
  /** `@connections` POSTs by status. */
  readonly posts: Record<string, number>;
}

export function createCounters(): WebSocketApiCounters {
  return { open: 0, opened: 0, refused: {}, closed: {}, messagesIn: 0, messagesOut: 0, posts: {} };
}

export function count(counts: Record<string, number>, key: number): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
