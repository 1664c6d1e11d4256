/** The kinds of requests to the API. */
export const workloadNames = ['feed', 'comments', 'write'] as const;
export type WorkloadName = (typeof workloadNames)[number];

/** The number of items in a page, and so in every response to a read. */
export const PAGE = 20;
/** The number of users that write. */
export const USERS = 64;

export interface WorkloadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** The expected status of the response. */
  readonly status: number;
  /** How many `items` the response has; absent when it is a comment. */
  readonly items?: number;
}

/**
 * The request of a workload.
 *
 * @param base the prefix of the API's paths
 */
export function requestOf(name: WorkloadName, base: string, postId: string): WorkloadRequest {
  switch (name) {
    case 'feed':
      return { method: 'GET', path: `${base}/posts?limit=${PAGE}`, status: 200, items: PAGE };
    case 'comments':
      return {
        ...{ method: 'GET', status: 200, items: PAGE },
        path: `${base}/posts/${postId}/comments?limit=${PAGE}`,
      };
    case 'write':
      return {
        ...{ method: 'POST', status: 201, body: { body: 'A comment of some length. '.repeat(8) } },
        path: `${base}/posts/${postId}/comments`,
      };
  }
}
