import { availableParallelism, totalmem } from 'node:os';

/** The maximum numbers of execution environments on this machine. Further ones wait. */
export interface EnvironmentBounds {
  /** The maximum for one function. */
  readonly perFunction: number;
  /**
   * The maximum for all functions together, without the first environment of each function. Each
   * function may have its first one, because otherwise an invocation that another function waits
   * for might never run.
   */
  readonly total: number;
}

/**
 * The memory that is assumed for a Node.js environment, in bytes. It is a little more than the 51.5
 * MiB of resident memory that an almost empty environment had (Node.js 24, Linux x64). Environments
 * share most of this memory: each of 17 environments added only 13 MiB (PSS). The difference is
 * room for what functions load.
 */
const ENVIRONMENT_BYTES = 64 * 1024 * 1024;

/**
 * Derives the maximum numbers from the cores and the memory. More environments than cores are only
 * useful for invocations that wait for something, and there may be many of those. The factors are
 * chosen, not measured: there are enough environments for functions that wait most of the time, and
 * few enough that a small machine can start all of them in a short time.
 */
export function environmentBounds(
  cores = availableParallelism(),
  memoryBytes = totalmem(),
): EnvironmentBounds {
  const fitting = Math.floor(memoryBytes / 2 / ENVIRONMENT_BYTES);
  const total = Math.max(4, Math.min(16 * cores, fitting));
  return { perFunction: Math.max(4, Math.min(8 * cores, total)), total };
}
