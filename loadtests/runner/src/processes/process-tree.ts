import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * The kernel's unit of processor time in /proc, in ms. USER_HZ is 100 on every Linux on which
 * Node.js runs.
 */
const TICK_MS = 10;

/** A running process of a tree. */
export interface RunningProcess {
  readonly pid: number;
  /**
   * The name of the root, the function that an execution environment runs, or the name of the
   * program.
   */
  readonly name: string;
  /** Whether it is a process of Node.js, which can be profiled. */
  readonly isNode: boolean;
  /** The processor time that it has used since it started, in ms. */
  readonly cpuMs: number;
  /** The resident set, in MiB. */
  readonly memoryMiB: number;
  /** The largest resident set so far, in MiB. */
  readonly peakMemoryMiB: number;
}

/**
 * Finds the processes that were started from some roots, including the roots. Empty if there is no
 * /proc.
 *
 * @param roots names by process id
 */
export function readProcesses(roots: ReadonlyMap<number, string>): RunningProcess[] {
  const all = processIds().flatMap((pid) => readStat(pid) ?? []);
  const children = Map.groupBy(all, ({ parent }) => parent);
  const tree = all.filter(({ pid }) => roots.has(pid));
  // The array grows during the loop, so the loop reaches the children of children too.
  for (const { pid } of tree) tree.push(...(children.get(pid) ?? []));
  return tree.flatMap(({ pid, cpuMs }) => {
    const status = read(`/proc/${pid}/status`);
    const program = programOf(pid);
    // The process has ended meanwhile.
    if (status === undefined || program === undefined) return [];
    const mebibytes = (field: string): number =>
      Math.round(Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024);
    return {
      ...{ pid, cpuMs, isNode: program === 'node' },
      ...{ memoryMiB: mebibytes('VmRSS'), peakMemoryMiB: mebibytes('VmHWM') },
      name: roots.get(pid) ?? functionOf(pid) ?? program,
    };
  });
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readStat(pid: number): { pid: number; parent: number; cpuMs: number } | undefined {
  const line = read(`/proc/${pid}/stat`);
  if (line === undefined) return undefined;
  // After the name, which may contain spaces and brackets, the fields are state(3) ppid(4) …
  // utime(14) stime(15), see proc(5).
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { pid, parent: field(4), cpuMs: (field(14) + field(15)) * TICK_MS };
}

function programOf(pid: number): string | undefined {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return undefined;
  }
}

/**
 * The environment variables of an execution environment have its function's name, as on AWS. The
 * stack's name at its beginning is left out.
 */
function functionOf(pid: number): string | undefined {
  const variables = read(`/proc/${pid}/environ`)?.split('\0') ?? [];
  const named = variables.find((one) => one.startsWith('AWS_LAMBDA_FUNCTION_NAME='));
  return named?.slice(named.indexOf('=') + 1);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
