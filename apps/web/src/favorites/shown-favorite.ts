import type { Operation } from '../writes/index.ts';

/** A change that the API has made, and that the known count does not include yet. */
export interface Settled {
  readonly change: 1 | -1;
  /** The version of the counts that do not include it; newer counts do. */
  readonly countsVersion: number;
}

interface Facts {
  /** Whether the API has it as a favorite. */
  readonly isKnown: boolean;
  readonly favoriteCount: number;
  readonly countsVersion: number;
  readonly settled: Settled | undefined;
  /** The user's write that the API has not confirmed. */
  readonly pending: Operation | undefined;
}

/** What the button shows: the state as if the pending write were already done. */
export function shownFavorite({ isKnown, favoriteCount, countsVersion, settled, pending }: Facts): {
  readonly isFavorite: boolean;
  readonly count: number;
} {
  const isFavorite = pending?.kind === 'favorite' ? pending.isFavorite : isKnown;
  const late = settled?.countsVersion === countsVersion ? settled.change : 0;
  const own = Number(isFavorite) - Number(isKnown);
  return { isFavorite, count: Math.max(0, favoriteCount + late + own) };
}
