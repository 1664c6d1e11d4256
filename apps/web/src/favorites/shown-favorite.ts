import type { Operation } from '../writes/index.ts';

/** A change of the count that the API has made, and that the count does not have yet. */
export interface Settled {
  readonly change: 1 | -1;
  /** Of the counts that do not have it: others do. */
  readonly countsVersion: number;
}

interface Facts {
  /** Whether the API has it as a favorite. */
  readonly isKnown: boolean;
  readonly favoriteCount: number;
  readonly countsVersion: number;
  readonly settled: Settled | undefined;
  /** What one did, and the API has not confirmed. */
  readonly pending: Operation | undefined;
}

/** What the button shows: as if what one did were done already. */
export function shownFavorite({ isKnown, favoriteCount, countsVersion, settled, pending }: Facts): {
  readonly isFavorite: boolean;
  readonly count: number;
} {
  const isFavorite = pending?.kind === 'favorite' ? pending.isFavorite : isKnown;
  const late = settled?.countsVersion === countsVersion ? settled.change : 0;
  const own = Number(isFavorite) - Number(isKnown);
  return { isFavorite, count: Math.max(0, favoriteCount + late + own) };
}
