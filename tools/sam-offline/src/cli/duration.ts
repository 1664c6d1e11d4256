import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Parses a duration: `30s`, `5m`, `2h`, `1d`.
 *
 * @returns milliseconds
 */
export function parseDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (number === undefined || unitMs === undefined) {
    throw new InvalidArgumentError('expected a number and s, m, h or d, such as 5m.');
  }
  return Number(number) * unitMs;
}
