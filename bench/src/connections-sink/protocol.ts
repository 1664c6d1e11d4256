/** The options of a sink process. */
export interface SinkOptions {
  /** How many recipients it counts: those with the ids of `recipientId` below this number. */
  readonly recipients: number;
  /**
   * A recipient whose number modulo 100 is this is stale and gets 410; when absent, none is stale.
   */
  readonly staleRest?: number;
  /** The account's throttle; without it, the sink does not throttle. */
  readonly limit?: Throttle;
  /** The time from a push to its response, as over a network; without it, the sink responds at once. */
  readonly latencyMs?: number;
}

/** A throttle with the meaning of API Gateway's. */
export interface Throttle {
  /** The steady rate (requests a second). */
  readonly rateLimit: number;
  /** The burst (requests at once). */
  readonly burstLimit: number;
}

/** The figures of a sink since it was reset. */
export interface SinkStats {
  /** All requests. */
  readonly requests: number;
  /** Responses with 200, also to repeats. */
  readonly delivered: number;
  /** Responses with 410, also to repeats. */
  readonly gone: number;
  /** Responses with 429. */
  readonly throttled: number;
  /** Different recipients whose push got a 200 or a 410. */
  readonly reached: number;
  /** The time from the first request to the one that reached the last recipient (milliseconds). */
  readonly spreadMs: number;
  /** `Date.now()` at the request that reached the last recipient so far; 0 before the first. */
  readonly lastReachedAt: number;
}

export type SinkCommand = { readonly reset: SinkOptions } | { readonly stats: true };
export type SinkResponse = { readonly port: number } | { readonly stats: SinkStats };

/**
 * The id of a recipient: 16 characters that end in `=`, as API Gateway's do. Ids sort as their
 * numbers do, so that tables can be filled in order.
 *
 * @param index below 36^5, about 60 million
 */
export function recipientId(index: number): string {
  return `${index.toString(36).padStart(5, '0')}cOFvHcCIhw=`;
}
