import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on; two reports compare only where this is the same. */
export interface Machine {
  readonly cpus: number;
  readonly model: string;
  /** Node's version, without the `v`. */
  readonly node: string;
  /** GiB of RAM. */
  readonly memory: number;
  /** ISO time at which the report was made. */
  readonly date: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpus: processors.length,
    model: processors[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    memory: Math.round(totalmem() / 2 ** 30),
    date: new Date().toISOString(),
  };
}

/**
 * A sentence to print when other work is taking processor time, which makes figures lower and
 * unsteady; undefined on a quiet machine.
 */
export function describeOtherLoad(): string | undefined {
  const [lastMinute = 0] = loadavg();
  if (lastMinute < 0.5) return undefined;
  return `other work is running here (load average ${lastMinute.toFixed(1)} on ${cpus().length} CPUs): figures will be lower and vary more`;
}
