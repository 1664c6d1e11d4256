import fc from 'fast-check';

/** What can happen to the tabs, the network, the server and the comments of a story. */
export const STEPS = [
  'create',
  'create many',
  'edit',
  'delete',
  'wait a moment',
  'wait a minute',
  'wait two hours',
  'sleep for days',
  'reset',
  'half-open',
  'network down',
  'network up',
  'server troubled',
  'server fine',
  'tokens refused',
  'open a tab',
  'close a tab',
  'kill the leader',
  'freeze the leader',
  'freeze a tab',
  'thaw all',
  'hide a tab',
  'show a tab',
  'subscribe once more',
  'unsubscribe',
  'sign in again',
] as const;

export type StepName = (typeof STEPS)[number];

export interface Step {
  readonly name: StepName;
  /** Selects a tab, a comment or a time span; from 0 to below 1. */
  readonly pick: number;
}

export interface Story {
  readonly seed: number;
  readonly sharesTabs: boolean;
  readonly steps: readonly Step[];
}

const WEIGHTS: Partial<Record<StepName, number>> = {
  ...{ create: 14, 'create many': 3, edit: 10, delete: 5, 'wait a moment': 20, 'wait a minute': 3 },
  ...{ reset: 4, 'half-open': 3, 'kill the leader': 3, 'network up': 3, 'server fine': 3 },
  ...{ 'thaw all': 4, 'freeze the leader': 2, 'show a tab': 2, 'open a tab': 6 },
  ...{ 'subscribe once more': 3 },
};

const step = fc.oneof(
  ...STEPS.map((name) => ({
    weight: WEIGHTS[name] ?? 1,
    arbitrary: fc.record({
      name: fc.constant(name),
      pick: fc.noBias(fc.nat({ max: 999 })).map((n) => n / 1000),
    }),
  })),
);

export const stories: fc.Arbitrary<Story> = fc.record({
  seed: fc.nat(),
  // One in four browsers has neither Web Locks nor BroadcastChannel.
  sharesTabs: fc.nat({ max: 3 }).map((n) => n > 0),
  steps: fc.array(step, { minLength: 15, maxLength: 70, size: 'max' }),
});
