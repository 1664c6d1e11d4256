/**
 * `node client.ts`, with an IPC channel: closed-loop clients. Each has its own connection, and
 * sends its next request when the last response has come. Responses are read and checked
 * completely.
 */
import { Client } from 'undici';
import { quantile } from '../harness/index.ts';
import type { WorkloadRequest } from './workloads.ts';

export interface ClientRequest {
  readonly origin: string;
  readonly request: WorkloadRequest;
  /** The `authorization` headers, used in turn; none is sent when the list is empty. */
  readonly authorizations: readonly string[];
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ClientResult {
  /** Responses with the expected status and content, with those of the warm-up. */
  readonly accepted: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The number of other responses, with those of the warm-up. */
  readonly failed: number;
  readonly firstFailure?: string;
}

process.once('message', (message: ClientRequest) => {
  void measure(message).then((result) => {
    process.send?.(result);
  });
});
// The bench has ended, for whatever reason.
process.once('disconnect', () => process.exit());

async function measure(options: ClientRequest): Promise<ClientResult> {
  const { origin, request, authorizations, connections, warmUpMs, measureMs } = options;
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const from = performance.now() + warmUpMs;
  const until = from + measureMs;
  const latencies: number[] = [];
  let accepted = 0;
  let failed = 0;
  let firstFailure: string | undefined;
  let sent = 0;

  const loop = async (): Promise<void> => {
    const client = new Client(origin);
    for (let start = performance.now(); start < until; start = performance.now()) {
      const authorization = authorizations[(sent += 1) % authorizations.length];
      const response = await client.request({
        ...{ method: request.method, path: request.path },
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
      });
      const text = await response.body.text();
      const end = performance.now();
      if (isRight(response.statusCode, text, request)) {
        accepted += 1;
        if (end >= from && end < until) latencies.push(end - start);
      } else {
        failed += 1;
        firstFailure ??= `${response.statusCode} ${text.slice(0, 500)}`;
      }
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: connections }, loop));

  return {
    ...{ accepted, failed },
    perSecond: (latencies.length * 1000) / measureMs,
    p50Ms: latencies.length === 0 ? 0 : quantile(latencies, 0.5),
    p99Ms: latencies.length === 0 ? 0 : quantile(latencies, 0.99),
    ...(firstFailure !== undefined && { firstFailure }),
  };
}

function isRight(
  status: number,
  text: string,
  { status: wanted, items }: WorkloadRequest,
): boolean {
  if (status !== wanted) return false;
  const content = JSON.parse(text) as { items?: unknown[]; commentId?: string };
  return items === undefined ? content.commentId !== undefined : content.items?.length === items;
}
