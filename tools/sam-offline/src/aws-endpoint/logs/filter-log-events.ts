import { z } from 'zod';
import { FilterPatternError, parseFilterPattern } from '../../log-filter/index.ts';
import { booleanScalar, operation, pageToken, readPageToken } from '../protocol/index.ts';
import { invalidParameter } from './errors.ts';
import { groupInput, groupOf, limitInput, streamNameInput, timestampInput } from './inputs.ts';
import { eventIdOf, firstThatFit, MAXIMUM_EVENTS } from './pages.ts';
import type { LogsTarget } from './target.ts';

const filterLogEventsInput = z.object({
  ...groupInput,
  logStreamNames: z
    .array(streamNameInput)
    .min(1, 'has no names')
    .max(100, 'has more than 100 names')
    .optional(),
  logStreamNamePrefix: streamNameInput.optional(),
  startTime: timestampInput.optional(),
  endTime: timestampInput.optional(),
  filterPattern: z.string('is not a string').optional(),
  nextToken: z.string('is not a string').optional(),
  limit: limitInput(MAXIMUM_EVENTS).optional(),
  startFromHead: booleanScalar.optional(),
});

/**
 * Makes `FilterLogEvents`, which `aws logs tail` calls repeatedly. The pages are in the order in
 * which entries were received. Within a page the entries are sorted by their time, as on AWS.
 */
export function filterLogEvents({ insights, groups }: LogsTarget) {
  return operation(filterLogEventsInput, async ({ nextToken: token, limit, ...request }) => {
    const logGroup = groupOf(request);
    const { logStreamNames: logStreams, logStreamNamePrefix: logStreamPrefix, endTime } = request;
    if (logStreams !== undefined && logStreamPrefix !== undefined) {
      throw invalidParameter('logStreamNamePrefix and logStreamNames cannot both be given.');
    }
    await groups.check(logGroup);
    const afterId = token === undefined ? undefined : readPageToken(token, request);
    if (typeof afterId === 'string' || (token !== undefined && afterId === undefined)) {
      throw invalidParameter('The specified nextToken is invalid.');
    }
    const newestFirst = request.startFromHead === false;
    const page = await insights.queryLogs({
      ...{ logGroup, logStreams, logStreamPrefix, afterId, newestFirst },
      startMs: request.startTime,
      // The end of the range is included here, but not in GetLogEvents.
      endMs: endTime === undefined ? undefined : endTime + 1,
      matches: request.filterPattern ? filterOf(request.filterPattern) : undefined,
      limit: limit ?? MAXIMUM_EVENTS,
    });
    const entries = firstThatFit(page.entries);
    const hasMore = page.nextId !== undefined || entries.length < page.entries.length;
    const last = entries.at(-1);
    const direction = newestFirst ? -1 : 1;
    return {
      events: [...entries]
        .sort((a, b) => direction * (a.timestampMs - b.timestampMs || a.id - b.id))
        .map(({ id, logStream, timestampMs, ingestionMs, message }) => ({
          logStreamName: logStream,
          timestamp: timestampMs,
          message,
          ingestionTime: ingestionMs,
          eventId: eventIdOf(id),
        })),
      searchedLogStreams: [],
      nextToken: hasMore && last !== undefined ? pageToken(last.id, request) : undefined,
    };
  });
}

function filterOf(pattern: string): (message: string) => boolean {
  try {
    return parseFilterPattern(pattern);
  } catch (error) {
    if (error instanceof FilterPatternError) {
      throw invalidParameter(`Invalid filter pattern: ${error.message}`);
    }
    throw error;
  }
}
