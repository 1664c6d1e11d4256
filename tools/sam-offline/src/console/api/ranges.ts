import * as z from 'zod';

/** What is shown where no time is asked for: the last half hour. */
const DEFAULT_RANGE_MS = 30 * 60 * 1000;

/** Query parameters of everything that has a time. */
export const range = {
  startMs: z.coerce
    .number()
    .optional()
    .describe('From here, ms since 1970; half an hour before the end where absent.'),
  endMs: z.coerce.number().optional().describe('Up to here, ms since 1970; now where absent.'),
};

/** A flag in the query: `true` or `1`. */
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .optional()
  .transform((value) => value === 'true' || value === '1');

/** A number of rows. */
export function limit(standard: number, maximum: number) {
  return z.coerce
    .number()
    .int()
    .min(1)
    .max(maximum)
    .default(standard)
    .describe(`At most so many, the newest ones; ${standard} where absent.`);
}

/** The asked for range, with its defaults. */
export function rangeOf(
  query: { readonly startMs?: number | undefined; readonly endMs?: number | undefined },
  nowMs: number,
): { startMs: number; endMs: number } {
  // What happens in this millisecond belongs to now.
  const endMs = query.endMs ?? nowMs + 1;
  return { startMs: query.startMs ?? endMs - DEFAULT_RANGE_MS, endMs };
}

/** The length of a range, in seconds: lists of one length move on together. */
export function rangeKey({ startMs, endMs }: { startMs: number; endMs: number }): string {
  return String(Math.round((endMs - startMs) / 1000));
}
