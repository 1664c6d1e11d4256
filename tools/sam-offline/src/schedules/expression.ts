import { Cron } from 'croner';
import { SamOfflineError } from '../sam-offline-error.ts';

/** A string is not a valid schedule expression. */
export class ScheduleExpressionError extends SamOfflineError {
  override readonly name = 'ScheduleExpressionError';
}

/** A parsed schedule expression. */
export interface ScheduleExpression {
  /** True for `at(…)`, which is due only once. */
  readonly isOnce: boolean;
  /**
   * @param afterMs ms since 1970
   * @returns the next time after `afterMs`, in ms since 1970; undefined if there is none
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
 * @param startMs the start of a rate, in ms since 1970
 * @param timeZone the time zone of `cron` and `at`, such as `Asia/Tokyo`
 * @throws ScheduleExpressionError if the expression is not valid
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

/**
 * Reads the fields of `cron`: minutes, hours, day of month, month, day of week, year. The days of
 * the week are 1 (Sunday) to 7.
 */
function cronOf(text: string, timeZone: string): ScheduleExpression {
  const fields = text.split(/\s+/);
  const [, , dayOfMonth = '', , dayOfWeek = ''] = fields;
  const fail = (why: string): ScheduleExpressionError =>
    new ScheduleExpressionError(`cron(${text}): ${why}`);
  if (fields.length !== 6) throw fail(`expected six fields, got ${fields.length}`);
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw fail('expected ? as the day of month or as the day of week');
  }
  let cron: Cron;
  try {
    cron = new Cron(`0 ${fields.join(' ')}`, {
      mode: '7-part',
      paused: true,
      timezone: timeZone,
      alternativeWeekdays: true,
      // Allows `0/15`, which the examples of AWS's documentation use.
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
    // Croner reads a date as a pattern that is due once. The search starts at 1970, before all
    // dates.
    atMs = new Cron(text, { paused: true, timezone: timeZone }).nextRun(new Date(0))?.getTime();
  } catch (error) {
    throw new ScheduleExpressionError(`at(${text}): ${String(error)}`);
  }
  return {
    isOnce: true,
    nextMs: (afterMs) => (atMs !== undefined && atMs > afterMs ? atMs : undefined),
  };
}
