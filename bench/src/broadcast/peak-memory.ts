import type { ProductStack } from '../stack/index.ts';

/**
 * The most memory that a function's process had until the end of its last invocation (MiB), from
 * the REPORT lines in the stack's log. When it ran in several processes, this is the largest value.
 */
export function peakMemoryMb(stack: ProductStack, functionId: string): number | undefined {
  const peaks = stack.process
    .readOutput()
    .split('\n')
    .filter((line) => line.includes(functionId))
    .flatMap((line) => /\bMax Memory Used: (\d+) MB/.exec(line)?.[1] ?? [])
    .map(Number);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}
