import { z } from 'zod';
import { operation } from '../protocol/index.ts';
import type { XRayTarget } from './target.ts';

/**
 * The maximum number of traces in a call
 * (https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html).
 */
const MAXIMUM_TRACES = 5;

const batchGetTracesInput = z.object({
  TraceIds: z
    .array(z.string('is not a string').min(1, 'is empty').max(35, 'is longer than 35 characters'))
    .max(MAXIMUM_TRACES, `has more than ${MAXIMUM_TRACES} ids`),
  NextToken: z.string('is not a string').optional(),
});

/** Makes `BatchGetTraces`. As on AWS, ids of traces that do not exist are left out. */
export function batchGetTraces({ insights }: XRayTarget) {
  return operation(batchGetTracesInput, async ({ TraceIds: ids }) => {
    const traces = await insights.traces.get(ids);
    return {
      Traces: traces.map(({ id, durationMs, segments }) => ({
        Id: id,
        Duration: durationMs / 1000,
        LimitExceeded: false,
        Segments: segments.map((segment) => ({ Id: segment.id, Document: segment.document })),
      })),
      UnprocessedTraceIds: [],
    };
  });
}

/** Makes `PutTraceSegments`. */
export function putTraceSegments({ insights }: XRayTarget) {
  const input = z.object({ TraceSegmentDocuments: z.array(z.string('is not a string')) });
  return operation(input, ({ TraceSegmentDocuments: documents }) => ({
    UnprocessedTraceSegments: insights
      .putSegments(documents)
      .map(({ id, errorCode, message }) => ({ Id: id, ErrorCode: errorCode, Message: message })),
  }));
}
