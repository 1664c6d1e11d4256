import type { Interval } from './welch.ts';

/** Returns numbers from 0 to below 1. */
export type Random = () => number;

/**
 * Makes a generator with a seed (mulberry32), so that the same files always give the same verdict.
 *
 * @param seed a whole number
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The percentile interval of a difference, by resampling: each round draws, for each side, as many
 * units as there are, with replacement. B. Efron, R. Tibshirani, An Introduction to the Bootstrap
 * (1993), chapter 13.
 *
 * @param difference what is estimated, of one draw a side; draws for which it is not finite are
 *   left out
 * @param confidence above 0 and below 1
 */
export function bootstrapInterval<Unit>(
  base: readonly Unit[],
  head: readonly Unit[],
  difference: (base: readonly Unit[], head: readonly Unit[]) => number,
  confidence: number,
  { rounds = 1000, random = createRandom(1) }: { rounds?: number; random?: Random } = {},
): Interval {
  const estimate = difference(base, head);
  const draws: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const draw = difference(resample(base, random), resample(head, random));
    if (Number.isFinite(draw)) draws.push(draw);
  }
  draws.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  const at = (share: number): number =>
    draws[Math.min(draws.length - 1, Math.max(0, Math.round(share * (draws.length - 1))))] ??
    estimate;
  return { estimate, low: Math.min(estimate, at(tail)), high: Math.max(estimate, at(1 - tail)) };
}

function resample<Unit>(units: readonly Unit[], random: Random): Unit[] {
  return units.flatMap(() => {
    const unit = units[Math.floor(random() * units.length)];
    return unit === undefined ? [] : [unit];
  });
}
