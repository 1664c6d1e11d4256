/** The requests to the API. */
export const workloadNames = ['feed', 'comments', 'write'] as const;
export type WorkloadName = (typeof workloadNames)[number];

/** Items of a page, and so of every response to a read. */
export const PAGE = 20;
/** Writes are spread over so many users. */
export const USERS = 64;

export interface WorkloadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** The status of a response that counts. */
  readonly status: number;
  /** How many `items` it has; absent: it is a comment. */
  readonly items?: number;
}

/**
 * The request of a workload.
 *
 * @param base what stands before the API's own paths
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
