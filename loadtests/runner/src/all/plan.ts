import type { Variables } from '../text/index.ts';

/** One run of `nx run loadtests:all`. */
export interface Planned {
  readonly scenario: string;
  /** The name of the run in the table. */
  readonly label: string;
  readonly variables: Variables;
  /** Whether the run uses a bare `ws` server instead of the stack. */
  readonly bare: boolean;
}

/**
 * One message every four seconds. This is slow enough for a message to arrive everywhere before the
 * next one is published.
 */
const broadcast = { writers: 1, rate: 0.25, seconds: 32 };
/**
 * The numbers of readers, and the seconds in which they connect. On the stack, each connection is a
 * `$connect`.
 */
const sizes = [
  { readers: 100, ramp: 2, bareRamp: 1 },
  { readers: 1_000, ramp: 10, bareRamp: 2 },
  { readers: 5_000, ramp: 40, bareRamp: 10 },
  { readers: 10_000, ramp: 80, bareRamp: 20 },
] as const;

/**
 * Every scenario at its full size. If a scenario is shortened, its variables say so. All runs take
 * about 25 minutes.
 */
export const PLAN: readonly Planned[] = [
  ...sizes.flatMap(({ readers, ramp, bareRamp }) => [
    {
      ...{ scenario: 'chunked-broadcast', bare: false },
      label: `chunked-broadcast, ${readers.toLocaleString('en-US')}`,
      variables: { ...broadcast, readers, ramp },
    },
    {
      ...{ scenario: 'chunked-broadcast', bare: true },
      label: `bare ws server, ${readers.toLocaleString('en-US')}`,
      variables: { ...broadcast, readers, ramp: bareRamp },
    },
  ]),
  planned('connection-churn', '1,000 connections'),
  planned('hot-post', '500'),
  planned('many-rooms', '500 in 50'),
  planned('reconnect-storm', '300'),
  planned('slow-readers', '450 and 50'),
  planned('api-mixed', '50 and 20 visitors'),
  planned('large-dataset', '10,000 posts'),
  planned('rolling-deploy', '200'),
  // The scenario of an hour is shortened, with the same number of visitors a second.
  planned('soak', '200, 3 minutes', { seconds: 180, visitors: 90 }),
  planned('breaking-point', '200'),
];

function planned(scenario: string, size: string, variables: Variables = {}): Planned {
  return { scenario, label: `${scenario}, ${size}`, variables, bare: false };
}
