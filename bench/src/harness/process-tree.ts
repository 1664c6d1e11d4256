import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Reads from Linux's /proc what a process and everything that it started use. To compare a product
 * that runs functions in child processes with one that runs them in threads, the complete tree must
 * be measured.
 */

export interface TreeMemory {
  readonly processes: number;
  /**
   * The proportional set size (MiB): a page that several processes share is divided among them, so
   * the sum is what the tree really takes. This is the figure to compare.
   */
  readonly pssMb: number;
  /**
   * The resident set size (MiB) as `ps` and `top` show it; shared pages count once for each
   * process.
   */
  readonly rssMb: number;
}

/** The fields of `/proc/<pid>/stat` that are used here. */
export interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  /** Whether it has ended and its parent (or init) has not waited for it yet. */
  readonly isZombie: boolean;
  /**
   * When it started (clock ticks since boot). Together with the pid it identifies a process for
   * ever.
   */
  readonly startTicks: number;
  /** The user and system time of the process (clock ticks). */
  readonly cpuTicks: number;
  /** The same for its children that have ended and were waited for. */
  readonly endedChildrenCpuTicks: number;
}

let ticksPerSecond: number | undefined;

/** Parses a line of `/proc/<pid>/stat`, whose command name may contain spaces and brackets. */
export function parseStat(line: string): ProcessStat {
  // The fields after the name are: state(3) ppid(4) … utime(14) stime(15) cutime(16) cstime(17) …
  // starttime(22), see proc(5).
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(line, 10),
    parentPid: field(4),
    isZombie: fields[0] === 'Z',
    startTicks: field(22),
    cpuTicks: field(14) + field(15),
    endedChildrenCpuTicks: field(16) + field(17),
  };
}

/** Reads a process and all its descendants that are alive now. */
export function readTree(rootPid: number): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(Number(pid)) ?? []);
  const byParent = Map.groupBy(all, ({ parentPid }) => parentPid);
  const tree = all.filter(({ pid }) => pid === rootPid);
  // The array grows while it is walked, so this reaches the children of children.
  for (const { pid } of tree) tree.push(...(byParent.get(pid) ?? []));
  return tree;
}

/** Reads one process; undefined when it has ended. */
export function readStat(pid: number): ProcessStat | undefined {
  const line = readIfAlive(`/proc/${pid}/stat`);
  return line === undefined ? undefined : parseStat(line);
}

/** The memory that a process and its descendants take now. */
export function readTreeMemory(rootPid: number): TreeMemory {
  let pssKb = 0;
  let rssKb = 0;
  let processes = 0;
  for (const { pid } of readTree(rootPid)) {
    const rollup = readIfAlive(`/proc/${pid}/smaps_rollup`);
    if (rollup === undefined) continue;
    processes += 1;
    pssKb += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    rssKb += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return { processes, pssMb: pssKb / 1024, rssMb: rssKb / 1024 };
}

/**
 * The processor time (µs) that a process and its descendants have used so far, with those that have
 * ended. The kernel counts in ticks of 10 ms: take differences over a second or more.
 */
export function readTreeCpuMicros(rootPid: number): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const ticks = readTree(rootPid).reduce(
    (sum, stat) => sum + stat.cpuTicks + stat.endedChildrenCpuTicks,
    0,
  );
  return (ticks * 1_000_000) / ticksPerSecond;
}

/** Reads a file of a process; undefined when the process has ended since it was listed. */
function readIfAlive(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
