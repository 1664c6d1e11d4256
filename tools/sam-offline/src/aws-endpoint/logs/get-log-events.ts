import { z } from 'zod';
import { booleanScalar, operation } from '../protocol/index.ts';
import { invalidParameter } from './errors.ts';
import { groupInput, groupOf, limitInput, streamNameInput, timestampInput } from './inputs.ts';
import { eventIdOf, firstThatFit, MAXIMUM_EVENTS } from './pages.ts';
import type { LogsTarget } from './target.ts';

const getLogEventsInput = z.object({
  ...groupInput,
  logStreamName: streamNameInput,
  startTime: timestampInput.optional(),
  endTime: timestampInput.optional(),
  nextToken: z.string('is not a string').optional(),
  limit: limitInput(MAXIMUM_EVENTS).optional(),
  startFromHead: booleanScalar.optional(),
});

/** Matches a token. `f/` continues after an entry, `b/` before it. */
const TOKEN = /^([fb])\/(\d{1,56})$/;

/**
 * Makes `GetLogEvents`, which reads the entries of one stream forwards or backwards. The oldest
 * entry of a page is the first. At the end of a direction, it returns the token of the request.
 */
export function getLogEvents({ insights, groups }: LogsTarget) {
  return operation(getLogEventsInput, async (input) => {
    const logGroup = groupOf(input);
    await groups.check(logGroup, input.logStreamName);
    const token = input.nextToken === undefined ? undefined : TOKEN.exec(input.nextToken);
    if (token === null) throw invalidParameter('The specified nextToken is invalid.');
    const afterId = token === undefined ? undefined : Number(token[2]);
    const isForward = token === undefined ? input.startFromHead === true : token[1] === 'f';
    const page = await insights.queryLogs({
      ...{ logGroup, logStreams: [input.logStreamName], afterId, newestFirst: !isForward },
      ...{ startMs: input.startTime, endMs: input.endTime, limit: input.limit ?? MAXIMUM_EVENTS },
    });
    const fitting = firstThatFit(page.entries);
    const entries = isForward ? fitting : [...fitting].reverse();
    return {
      events: entries.map(({ timestampMs, ingestionMs, message }) => ({
        timestamp: timestampMs,
        message,
        ingestionTime: ingestionMs,
      })),
      nextForwardToken: `f/${eventIdOf(entries.at(-1)?.id ?? afterId ?? 0)}`,
      nextBackwardToken: `b/${eventIdOf(entries[0]?.id ?? afterId ?? 0)}`,
    };
  });
}
