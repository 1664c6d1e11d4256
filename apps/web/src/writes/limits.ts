/**
 * How long a creation may be repeated with its key (ms). The API keeps keys for 24 hours
 * (IDEMPOTENCY_LIFE_MS of libs/data-access); an hour is kept for a clock that is wrong.
 */
export const REPEATABLE_MS = 23 * 60 * 60 * 1000;

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;

/**
 * How long to wait after a failed try (ms): a random part of 1, 2, 4 … 30 s, so that everybody's tries
 * spread after a failure of the API.
 */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return ceiling / 2 + (random() * ceiling) / 2;
}
