import { Cron } from 'croner';
import { SamOfflineError } from '../sam-offline-error.ts';

/** A text is not a schedule expression. */
export class ScheduleExpressionError extends SamOfflineError {
  override readonly name = 'ScheduleExpressionError';
}

/** When something is due. */
export interface ScheduleExpression {
  /** Whether it is due once only: `at(…)`. */
  readonly isOnce: boolean;
  /**
   * @param afterMs ms since 1970
   * @returns the next time after that; undefined where there is none
   */
  nextMs(afterMs: number): number | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Reads `rate(5 minutes)`, `cron(0 12 * * ? *)` or `at(2026-11-30T12:00:00)`
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html,
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).
 *
 * @param startMs when a rate begins, in ms since 1970
 * @param timeZone of `cron` and `at`
 * @throws ScheduleExpressionError
 */
export function parseExpression(
  text: string,
  startMs: number,
  timeZone = 'UTC',
): ScheduleExpression {
  const [, kind, inside = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text.trim()) ?? [];
  switch (kind) {
    case 'rate':
      return rateOf(inside, startMs);
    case 'cron':
      return cronOf(inside.trim(), timeZone);
    case 'at':
      return atOf(inside.trim(), timeZone);
    default:
      throw new ScheduleExpressionError(
        `${text}: expected rate(<number> <unit>), cron(<six fields>) or at(<yyyy-mm-ddThh:mm:ss>)`,
      );
  }
}

function rateOf(text: string, startMs: number): ScheduleExpression {
  const [, number = '', unit = '', plural] =
    /^\s*(\d+)\s+(minute|hour|day)(s)?\s*$/.exec(text) ?? [];
  const count = Number(number);
  const unitMs = UNIT_MS[unit];
  // "If the value is equal to 1, then the unit must be singular."
  if (unitMs === undefined || count < 1 || (plural === 's') !== count > 1) {
    throw new ScheduleExpressionError(
      `rate(${text}): expected a number above 0 and minute(s), hour(s) or day(s), singular for 1`,
    );
  }
  const periodMs = count * unitMs;
  return {
    isOnce: false,
    nextMs: (afterMs) =>
      startMs + (Math.floor(Math.max(0, afterMs - startMs) / periodMs) + 1) * periodMs,
  };
}

/** Minutes, hours, day of month, month, day of week, year. Days of the week are 1 (Sunday) to 7. */
function cronOf(text: string, timeZone: string): ScheduleExpression {
  const fields = text.split(/\s+/);
  const [, , dayOfMonth = '', , dayOfWeek = ''] = fields;
  const fail = (why: string): ScheduleExpressionError =>
    new ScheduleExpressionError(`cron(${text}): ${why}`);
  if (fields.length !== 6) throw fail(`expected six fields, got ${fields.length}`);
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw fail('expected ? in one of day of month and day of week');
  }
  let cron: Cron;
  try {
    cron = new Cron(`0 ${fields.join(' ')}`, {
      mode: '7-part',
      paused: true,
      timezone: timeZone,
      alternativeWeekdays: true,
      // `0/15`, which AWS's documentation has in its examples.
      sloppyRanges: true,
    });
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
  return { isOnce: false, nextMs: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() };
}

function atOf(text: string, timeZone: string): ScheduleExpression {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) {
    throw new ScheduleExpressionError(`at(${text}): expected yyyy-mm-ddThh:mm:ss`);
  }
  let atMs: number | undefined;
  try {
    // A date is a pattern that is due once; the start is before any of them.
    atMs = new Cron(text, { paused: true, timezone: timeZone }).nextRun(new Date(0))?.getTime();
  } catch (error) {
    throw new ScheduleExpressionError(`at(${text}): ${String(error)}`);
  }
  return {
    isOnce: true,
    nextMs: (afterMs) => (atMs !== undefined && atMs > afterMs ? atMs : undefined),
  };
}
