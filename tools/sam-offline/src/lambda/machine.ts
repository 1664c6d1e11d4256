import { availableParallelism, totalmem } from 'node:os';

/** How many execution environments this machine runs at a time. Further ones wait. */
export interface EnvironmentBounds {
  /** Of one function. */
  readonly perFunction: number;
  /**
   * Of all functions together, beyond each one's first: without its first, an invocation that another
   * function waits for would never run.
   */
  readonly total: number;
}

/**
 * What an environment of Node.js is counted with, in bytes: a little more than the 51.5 MiB that it
 * showed resident with next to nothing loaded. Environments share most of that: each of 17 added
 * 13 MiB (PSS), which is room for what functions load (Node.js 24, Linux x64).
 */
const ENVIRONMENT_BYTES = 64 * 1024 * 1024;

/**
 * Bounds that follow from the cores and the memory. More environments than cores are only of use to
 * invocations that wait for something, and those may be many. The factors are a choice, not a
 * measurement: enough for functions that wait most of their time, and few enough that starting them
 * all does not occupy a small machine for long.
 */
export function environmentBounds(
  cores = availableParallelism(),
  memoryBytes = totalmem(),
): EnvironmentBounds {
  const fitting = Math.floor(memoryBytes / 2 / ENVIRONMENT_BYTES);
  const total = Math.max(4, Math.min(16 * cores, fitting));
  return { perFunction: Math.max(4, Math.min(8 * cores, total)), total };
}
