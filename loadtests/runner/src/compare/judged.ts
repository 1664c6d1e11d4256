import { findFigure, type Figure } from '../figures/index.ts';

/**
 * The figures about speed that get a verdict. They are few, since each further one makes the
 * intervals of all wider.
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

/** Faults that must not occur. One is worse than none. */
const EXACT = ['missed', 'corrupt', 'altered', 'unknown', 'sumsWrong', 'rowsLeft'] as const;

/** Faults that a healthy stack has now and then. */
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
  if (figure === undefined) throw new Error(`there is no figure ${key}`);
  return [figure];
};

export const JUDGED = {
  speed: SPEED.flatMap(find),
  exact: EXACT.flatMap(find),
  occasional: OCCASIONAL.flatMap(find),
};
