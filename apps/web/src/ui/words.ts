/** Writes times and numbers in words. The page is in English, so its dates and numbers are too. */

const FULL = { dateStyle: 'long', timeStyle: 'short' } as const;
const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const;

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

const LANGUAGE = 'en';

const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE);
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });

/** A number with its noun: `1 comment`, `12,000 comments`. */
export function counted(count: number, one: string, other: string): string {
  return `${numbers.format(count)} ${plurals.select(count) === 'one' ? one : other}`;
}

/**
 * How long ago a time was, such as `3 minutes ago`; the date when it is more than a week ago. A
 * time in the future, because clocks differ, is `just now`.
 */
export function timeAgo(isoTime: string, nowMs: number): string {
  const then = new Date(isoTime);
  const ago = Math.max(0, nowMs - then.getTime());
  if (ago > 7 * 86_400_000) return new Intl.DateTimeFormat(LANGUAGE, DAY).format(then);
  for (const [unit, length] of UNITS) {
    if (ago >= length) return relative.format(-Math.floor(ago / length), unit);
  }
  return 'just now';
}

/** A time such as `23 November 2026 at 17:00`, in the reader's time zone. */
export function fullTime(isoTime: string): string {
  return new Intl.DateTimeFormat(LANGUAGE, FULL).format(new Date(isoTime));
}
