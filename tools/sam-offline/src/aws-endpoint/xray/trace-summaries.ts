import { z } from 'zod';
import type { TraceSummary } from '../../insights/index.ts';
import { parseTraceFilter, type TraceFilter, tracedOf } from '../../trace-filter/index.ts';
import {
  booleanScalar,
  operation,
  pageToken,
  readPageToken,
  ServiceError,
  timeScalar,
} from '../protocol/index.ts';
import type { XRayTarget } from './target.ts';

/**
 * The maximum time range, in ms
 * (https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html).
 */
const MAXIMUM_RANGE_MS = 6 * 3600 * 1000;
const PAGE_SIZE = 100;
/** The number of traces whose documents are read at once, for filters on services. */
const BATCH_SIZE = 100;

const getTraceSummariesInput = z.object({
  StartTime: timeScalar,
  EndTime: timeScalar,
  TimeRangeType: z.enum(['TraceId', 'Event', 'Service']).optional(),
  Sampling: booleanScalar.optional(),
  FilterExpression: z.string('is not a string').nullish(),
  NextToken: z.string('is not a string').nullish(),
});

/** Makes `GetTraceSummaries`. The newest trace is the first. */
export function getTraceSummaries(target: XRayTarget) {
  return operation(getTraceSummariesInput, async ({ NextToken: token, ...request }) => {
    const { StartTime: startMs, EndTime: endMs } = request;
    if (endMs <= startMs) {
      throw invalidRequest('Invalid request. EndTime has to be later than StartTime.');
    }
    if (endMs - startMs > MAXIMUM_RANGE_MS) {
      throw invalidRequest(
        'Invalid request. The time range between StartTime and EndTime can be at most 6 hours.',
      );
    }
    const before = token ? readPageToken(token, request) : undefined;
    if (token && typeof before !== 'string')
      throw invalidRequest('Invalid request. The NextToken was not made for this request.');

    const filter = parseTraceFilter(request.FilterExpression ?? '');
    // X-Ray's time range includes its end.
    const all = await target.insights.traces.summaries({ startMs, endMs: endMs + 1 });
    const rest = all
      .map((summary) => ({ summary, key: sortKey(summary) }))
      .sort((a, b) => (a.key > b.key ? -1 : 1))
      .filter(({ key }) => before === undefined || key < before);
    const found = await filtered(target, rest, filter);
    const page = found.slice(0, PAGE_SIZE);
    return {
      TraceSummaries: page.map(({ summary }) => summaryOutput(summary, target.accountId)),
      ApproximateTime: new Date(target.nowMs()),
      TracesProcessedCount: all.length,
      NextToken:
        found.length > page.length ? pageToken(page.at(-1)?.key ?? '', request) : undefined,
    };
  });
}

interface Keyed {
  readonly summary: TraceSummary;
  readonly key: string;
}

/** Finds the traces that match, at most one more than a page has. */
async function filtered(
  { insights }: XRayTarget,
  candidates: readonly Keyed[],
  { matches, needsDocuments }: TraceFilter,
): Promise<Keyed[]> {
  if (!needsDocuments) {
    return candidates.filter(({ summary }) => matches(tracedOf(summary, undefined)));
  }
  const found: Keyed[] = [];
  for (let index = 0; index < candidates.length && found.length <= PAGE_SIZE; index += BATCH_SIZE) {
    const batch = candidates.slice(index, index + BATCH_SIZE);
    const traces = await insights.traces.get(batch.map(({ summary }) => summary.id));
    const byId = new Map(traces.map((trace) => [trace.id, trace]));
    found.push(...batch.filter(({ summary }) => matches(tracedOf(summary, byId.get(summary.id)))));
  }
  return found;
}

function summaryOutput(summary: TraceSummary, accountId: string) {
  const { http, annotations } = summary;
  const serviceId = (name: string) => ({ Name: name, Names: [name], AccountId: accountId });
  return {
    Id: summary.id,
    StartTime: new Date(summary.startMs),
    Duration: summary.durationMs / 1000,
    ResponseTime: summary.responseTimeMs / 1000,
    HasFault: summary.hasFault,
    HasError: summary.hasError,
    HasThrottle: summary.hasThrottle,
    IsPartial: !summary.isComplete,
    Http: {
      HttpURL: http?.url,
      HttpStatus: http?.status,
      HttpMethod: http?.method,
      UserAgent: http?.userAgent,
      ClientIp: http?.clientIp,
    },
    Annotations: new Map(
      Object.entries(annotations).map(([name, values]) => [
        name,
        values.map((value) => ({ AnnotationValue: annotationOutput(value), ServiceIds: [] })),
      ]),
    ),
    Users: [],
    ServiceIds: summary.services.map(serviceId),
    EntryPoint: serviceId(summary.entryPoint),
    Revision: 1,
  };
}

function annotationOutput(value: string | number | boolean) {
  if (typeof value === 'string') return { StringValue: value };
  return typeof value === 'number' ? { NumberValue: value } : { BooleanValue: value };
}

function sortKey({ startMs, id }: TraceSummary): string {
  return `${startMs.toFixed(3).padStart(18, '0')} ${id}`;
}

function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message);
}
