import { FilterLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { setTimeout as delay } from 'node:timers/promises';
import { FUNCTIONS } from './workers.ts';

export interface Invocations {
  readonly count: number;
  /** The time that Lambda would bill for all of them (ms). */
  readonly billedMs: number;
}

const LOOK_EVERY_MS = 100;
/** The longest time until the lines of an invocation are in the log (ms). */
const LOGGED_WITHIN_MS = 10_000;

/**
 * Reads the invocations of the functions that deliver, from the `REPORT` lines in their log groups.
 *
 * @param startTime the start of the time range (epoch milliseconds); call it when nothing is
 * invoked any more
 * @throws Error when there is no invocation, or one has no `REPORT` line
 */
export async function invocationsSince(
  logs: CloudWatchLogsClient,
  startTime: number,
): Promise<Invocations> {
  const deadline = performance.now() + LOGGED_WITHIN_MS;
  for (;;) {
    const started = await linesOf(logs, startTime, 'START RequestId');
    const ended = await linesOf(logs, startTime, 'REPORT RequestId');
    if (started.length > 0 && started.length === ended.length) {
      const billedMs = ended.map((line) => Number(/Billed Duration: (\d+) ms/.exec(line)?.[1]));
      return { count: ended.length, billedMs: billedMs.reduce((sum, ms) => sum + ms, 0) };
    }
    if (performance.now() > deadline) {
      throw new Error(`${started.length} START lines in the log, and ${ended.length} REPORT lines`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

async function linesOf(
  logs: CloudWatchLogsClient,
  startTime: number,
  term: string,
): Promise<string[]> {
  const lines: string[] = [];
  for (const name of Object.values(FUNCTIONS)) {
    let nextToken: string | undefined;
    do {
      const page = await logs.send(
        new FilterLogEventsCommand({
          logGroupName: `/aws/lambda/${name}`,
          filterPattern: `"${term}"`,
          startTime,
          nextToken,
        }),
      );
      lines.push(...(page.events ?? []).flatMap(({ message }) => message ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return lines;
}
