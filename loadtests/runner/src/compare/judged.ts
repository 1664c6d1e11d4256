import { findFigure, type Figure } from '../figures/index.ts';

/**
 * Figures about speed that get a verdict. Few, and not every percentile of everything: each one
 * more widens the intervals of all.
 */
const SPEED = [
  'deliveryP50Ms',
  'deliveryP99Ms',
  'lastReaderP50Ms',
  'publishP50Ms',
  'handshakeP50Ms',
  'echoP50Ms',
  'catchUpP50Ms',
  'receivedPerSecond',
] as const;

/** Faults of which there must be none: one is worse than none. */
const EXACT = ['missed', 'corrupt', 'altered', 'unknown', 'sumsWrong', 'rowsLeft'] as const;

/** Faults that a healthy stack has some of, now and then. */
const OCCASIONAL = [
  'repeats',
  'reordered',
  'late',
  'refused',
  'unconfirmed',
  'errors',
  'connectionsLost',
  'connectionsRefused',
] as const;

const find = (key: string): readonly Figure[] => {
  const figure = findFigure(key);
  if (figure === undefined) throw new Error(`no figure is called ${key}`);
  return [figure];
};

export const JUDGED = {
  speed: SPEED.flatMap(find),
  exact: EXACT.flatMap(find),
  occasional: OCCASIONAL.flatMap(find),
};
