import { readFileSync, writeFileSync } from 'node:fs';
import { readTree } from '../harness/index.ts';
import type { ProductStack } from '../stack/index.ts';

/** The names of the functions that deliver. */
export const FUNCTIONS = {
  broadcast: 'bench-websocket-broadcast',
  fanout: 'bench-websocket-fanout',
};
type FunctionKey = keyof typeof FUNCTIONS;

export interface WorkerMemory {
  /** The number of execution environments of both functions that did work. */
  readonly workers: number;
  /** The largest resident set of these (MiB), and how much it has grown since it was idle. */
  readonly peakMb: number;
  readonly growthMb: number;
}

/** Watches the memory of the execution environments of the functions that deliver. */
export class WorkerWatch {
  readonly #stack: ProductStack;
  /** The resident set (MiB) of each function when it has loaded everything and is idle. */
  readonly #startMb: Record<FunctionKey, number>;
  /** The peak of each process, by its pid. */
  readonly #peaks = new Map<number, { readonly key: FunctionKey; peakMb: number }>();

  /** Make it when both functions have been invoked and are idle. */
  constructor(stack: ProductStack) {
    this.#stack = stack;
    this.#startMb = { broadcast: 0, fanout: 0 };
    for (const [pid, key] of environmentsOf(stack)) {
      // This resets the peak (proc(5), clear_refs).
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
      this.#startMb[key] = readMb(pid, 'VmRSS') ?? 0;
    }
    for (const [key, name] of Object.entries(FUNCTIONS)) {
      if (this.#startMb[key as FunctionKey] === 0) throw new Error(`${name} does not run yet`);
    }
  }

  /**
   * Reads the peaks. Call it from time to time: when an environment ends, its peak can not be read
   * any more.
   */
  look(): void {
    for (const [pid, key] of environmentsOf(this.#stack)) {
      const peakMb = readMb(pid, 'VmHWM');
      if (peakMb !== undefined) this.#peaks.set(pid, { key, peakMb });
    }
  }

  memory(): WorkerMemory {
    const peaks = [...this.#peaks.values()];
    return {
      workers: peaks.length,
      peakMb: Math.max(...peaks.map(({ peakMb }) => peakMb)),
      growthMb: Math.max(...peaks.map(({ key, peakMb }) => peakMb - this.#startMb[key])),
    };
  }
}

/** The process id and function of each environment that runs now. */
function environmentsOf(stack: ProductStack): [number, FunctionKey][] {
  return readTree(stack.process.pid).flatMap(({ pid }): [number, FunctionKey][] => {
    const name = /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(
      read(`/proc/${pid}/environ`),
    )?.[1];
    const key = (['broadcast', 'fanout'] as const).find((each) => FUNCTIONS[each] === name);
    return key === undefined ? [] : [[pid, key]];
  });
}

function readMb(pid: number, field: 'VmRSS' | 'VmHWM'): number | undefined {
  const kilobytes = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(read(`/proc/${pid}/status`));
  return kilobytes?.[1] === undefined ? undefined : Number(kilobytes[1]) / 1024;
}

/** Reads a file of a process; empty when the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
