import { Pool, type Dispatcher } from 'undici';
import type { AwsResponse } from './call.ts';

/** A local service that calls are passed on to. */
export interface Backend {
  /**
   * Sends a POST request.
   *
   * @param headers names and values by turns: name, value, name, value …
   * @throws Error if the service cannot be reached
   */
  post(headers: string[], body: Buffer): Promise<AwsResponse>;
  close(): Promise<void>;
}

/**
 * The headers of a response that are passed on to the client. The others are about the connection
 * to the service.
 */
const PASSED_ON = new Set([
  'content-type',
  'x-amzn-requestid',
  'x-amzn-errortype',
  'x-amzn-query-error',
  'x-amz-crc32',
]);

/**
 * Makes a client that keeps connections to a service open. It uses `dispatch` instead of `request`,
 * because every AWS call of every function goes through it, and a stream for each response would be
 * half of the cost.
 */
export function createBackend(endpoint: string, connections = 64): Backend {
  const pool = new Pool(endpoint, {
    connections,
    pipelining: 1,
    bodyTimeout: 0,
    headersTimeout: 0,
  });
  return {
    post: (headers, body) =>
      new Promise<AwsResponse>((resolve, reject) => {
        pool.dispatch({ method: 'POST', path: '/', headers, body }, collect(resolve, reject));
      }),
    close: () => pool.destroy(),
  };
}

function collect(
  resolve: (response: AwsResponse) => void,
  reject: (error: Error) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  const headers: Record<string, string> = {};
  let statusCode = 0;
  return {
    onRequestStart: () => undefined,
    onResponseStart(_controller, status, received) {
      statusCode = status;
      for (const name in received) {
        const value = received[name];
        if (typeof value === 'string' && PASSED_ON.has(name)) headers[name] = value;
      }
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      resolve({ statusCode, headers, body });
    },
    onResponseError(_controller, error) {
      reject(error);
    },
  };
}
