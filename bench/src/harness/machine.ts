import { cpus, loadavg, totalmem } from 'node:os';

/**
 * The machine on which the figures were measured. Compare two reports only when they have the same
 * machine.
 */
export interface Machine {
  readonly cpus: number;
  readonly model: string;
  /** The version of Node, without the `v`. */
  readonly node: string;
  /** GiB of RAM. */
  readonly memory: number;
  /** When the report was made (ISO 8601). */
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
 * A sentence to print when other processes use processor time, which makes figures lower and less
 * reliable; undefined on a quiet machine.
 */
export function describeOtherLoad(): string | undefined {
  const [lastMinute = 0] = loadavg();
  if (lastMinute < 0.5) return undefined;
  return `other work is running here (load average ${lastMinute.toFixed(1)} on ${cpus().length} CPUs): figures will be lower and vary more`;
}
