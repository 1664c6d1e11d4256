import { z } from 'zod';
import { operation } from '../protocol/index.ts';
import { invalidParameter } from './errors.ts';
import { groupNameInput, streamNameInput, timestampInput } from './inputs.ts';
import { ENTRY_OVERHEAD_BYTES, MAXIMUM_EVENTS } from './pages.ts';
import type { LogsTarget } from './target.ts';

/**
 * The maximum size of a batch, in bytes
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html).
 */
const MAXIMUM_BATCH_BYTES = 1_048_576;
const MAXIMUM_SPAN_MS = 24 * 3600 * 1000;
const MAXIMUM_AGE_MS = 14 * 24 * 3600 * 1000;
const MAXIMUM_LEAD_MS = 2 * 3600 * 1000;
/** AWS ignores sequence tokens, but still returns one. */
const SEQUENCE_TOKEN = '0'.repeat(56);

const putLogEventsInput = z.object({
  logGroupName: groupNameInput,
  logStreamName: streamNameInput,
  logEvents: z
    .array(
      z.object({
        timestamp: timestampInput,
        message: z.string('is not a string').min(1, 'is empty'),
      }),
    )
    .min(1, 'has no events')
    .max(MAXIMUM_EVENTS, `has more than ${MAXIMUM_EVENTS} events`),
});
type Event = z.output<typeof putLogEventsInput>['logEvents'][number];

/**
 * Makes `PutLogEvents`. Events that are too old or too new are not stored, and the response reports
 * them.
 */
export function putLogEvents({ insights, groups, nowMs }: LogsTarget) {
  return operation(putLogEventsInput, async ({ logGroupName, logStreamName, logEvents }) => {
    checkBatch(logEvents);
    await groups.check(logGroupName, logStreamName);
    const now = nowMs();
    const isOld = ({ timestamp }: Event): boolean => timestamp < now - MAXIMUM_AGE_MS;
    const isNew = ({ timestamp }: Event): boolean => timestamp > now + MAXIMUM_LEAD_MS;
    // The events are sorted by their times.
    const oldCount = logEvents.filter(isOld).length;
    const firstNew = logEvents.findIndex(isNew);
    insights.putLogs(
      logGroupName,
      logStreamName,
      logEvents
        .filter((event) => !isOld(event) && !isNew(event))
        .map(({ timestamp, message }) => ({ timestampMs: timestamp, message })),
    );
    return {
      nextSequenceToken: SEQUENCE_TOKEN,
      rejectedLogEventsInfo:
        oldCount === 0 && firstNew < 0
          ? undefined
          : {
              tooOldLogEventEndIndex: oldCount === 0 ? undefined : oldCount,
              tooNewLogEventStartIndex: firstNew < 0 ? undefined : firstNew,
            },
    };
  });
}

function checkBatch(events: readonly Event[]): void {
  let bytes = 0;
  let previous = 0;
  for (const { timestamp, message } of events) {
    if (timestamp < previous) {
      throw invalidParameter(
        'Log events in a single PutLogEvents request must be in chronological order.',
      );
    }
    previous = timestamp;
    bytes += Buffer.byteLength(message) + ENTRY_OVERHEAD_BYTES;
  }
  if (bytes > MAXIMUM_BATCH_BYTES) {
    throw invalidParameter(
      `Upload too large: ${bytes} bytes exceeds limit of ${MAXIMUM_BATCH_BYTES}`,
    );
  }
  const first = events[0]?.timestamp ?? 0;
  if (previous - first > MAXIMUM_SPAN_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
}
