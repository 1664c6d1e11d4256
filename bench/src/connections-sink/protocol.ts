/** The options of a sink process. */
export interface SinkOptions {
  /** Recipients that it keeps track of; ids are those of `recipientId` below this number. */
  readonly recipients: number;
  /** Every hundredth recipient with this rest is stale and gets 410; absent: none is. */
  readonly staleRest?: number;
  /** The account's throttle; without it, the sink does not throttle. */
  readonly limit?: Throttle;
  /** The time from a push to its response, as over a network; without it, the sink responds at once. */
  readonly latencyMs?: number;
}

/** As API Gateway has it. */
export interface Throttle {
  /** Requests a second. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

/** What a sink has seen since it was reset. */
export interface SinkStats {
  /** Requests in all. */
  readonly requests: number;
  /** Responses with 200, repeats included. */
  readonly delivered: number;
  /** Responses with 410, repeats included. */
  readonly gone: number;
  /** Responses with 429. */
  readonly throttled: number;
  /** Different recipients whose push got a 200 or a 410. */
  readonly reached: number;
  /** From the first request to the one that reached the last recipient (milliseconds). */
  readonly spreadMs: number;
  /** `Date.now()` at the request that reached the last recipient so far; 0 before the first. */
  readonly lastReachedAt: number;
}

export type SinkCommand = { readonly reset: SinkOptions } | { readonly stats: true };
export type SinkResponse = { readonly port: number } | { readonly stats: SinkStats };

/**
 * The id of a recipient: 16 characters that end in `=`, as API Gateway's do. Sorted as the numbers
 * are, so that tables of them can be filled in order.
 *
 * @param index below 36^5, about 60 million
 */
export function recipientId(index: number): string {
  return `${index.toString(36).padStart(5, '0')}cOFvHcCIhw=`;
}
