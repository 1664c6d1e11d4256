import { readStep } from '../flow/index.ts';

/** What is signalled when a `publish` step ends. */
export const publisherEnded = 'a publisher ended';

/**
 * The signals that a flow gives when it runs to its end, as they are written: those of its `signal` steps, and one for
 * each `publish`. Of a `loop`, those of one round. Members of a `crowd` give theirs themselves.
 */
export function promisedBy(flow: readonly unknown[]): string[] {
  return flow.flatMap((item) => {
    const { step } = readStep(item);
    if (step.name === 'publish') return publisherEnded;
    if (step.name === 'signal') return step.input;
    return step.name === 'loop' || step.name === 'parallel' ? promisedBy(step.input) : [];
  });
}
