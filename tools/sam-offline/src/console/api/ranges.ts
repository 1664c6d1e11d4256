import * as z from 'zod';

/** The range that is shown if the query has no times: the last half hour. */
const DEFAULT_RANGE_MS = 30 * 60 * 1000;

/** The query parameters of all operations that have a time range. */
export const range = {
  startMs: z.coerce
    .number()
    .optional()
    .describe(
      'The start of the range in ms since 1970, included. Half an hour before the end if absent.',
    ),
  endMs: z.coerce
    .number()
    .optional()
    .describe('The end of the range in ms since 1970, excluded. Now if absent.'),
};

/** A flag in the query, which is on for `true` or `1`. */
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .optional()
  .transform((value) => value === 'true' || value === '1');

/** The most rows of a response. */
export function limit(standard: number, maximum: number) {
  return z.coerce
    .number()
    .int()
    .min(1)
    .max(maximum)
    .default(standard)
    .describe(`The most rows, the newest ones. ${standard} if absent.`);
}

/** The range of a query, with its defaults. */
export function rangeOf(
  query: { readonly startMs?: number | undefined; readonly endMs?: number | undefined },
  nowMs: number,
): { startMs: number; endMs: number } {
  // Facts of the present millisecond belong to the range.
  const endMs = query.endMs ?? nowMs + 1;
  return { startMs: query.startMs ?? endMs - DEFAULT_RANGE_MS, endMs };
}

/**
 * The length of a range, in seconds. Lists whose ranges have the same length move forward together.
 */
export function rangeKey({ startMs, endMs }: { startMs: number; endMs: number }): string {
  return String(Math.round((endMs - startMs) / 1000));
}
