import { readStep } from '../flow/index.ts';

/** The signal at the end of a `publish` step. */
export const publisherEnded = 'a publisher ended';

/**
 * The signals that a flow gives if it runs to its end, with their variables not filled in: those of
 * its `signal` steps, and one for each `publish`. For a `loop`, those of one round. Members of a
 * `crowd` give their signals themselves.
 */
export function promisedBy(flow: readonly unknown[]): string[] {
  return flow.flatMap((item) => {
    const { step } = readStep(item);
    if (step.name === 'publish') return publisherEnded;
    if (step.name === 'signal') return step.input;
    return step.name === 'loop' || step.name === 'parallel' ? promisedBy(step.input) : [];
  });
}
