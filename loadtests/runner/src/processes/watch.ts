import { setTimeout as delay } from 'node:timers/promises';
import { counterNames } from 'artillery-engine-websocket-push/run-record';
import type { LevelSeries, LoadRecord, ProcessUse } from '../record/index.ts';
import { messageOf } from '../text/index.ts';
import { profileProcess } from './inspect.ts';
import { readProcesses, type RunningProcess } from './process-tree.ts';
import { addSelfTimes, type CpuProfile, type SelfTimes } from './self-time.ts';

const SAMPLE_MS = 1000;
const SLICE_MS = 4000;
/** The most functions of a process that a report shows. */
const MOST_FUNCTIONS = 12;
/**
 * Processes with less processor time are left out, such as a shell that started another process.
 */
const LEAST_CPU_MS = 50;

/** The most samples of memory. If there are more, every second one is removed. */
const MOST_SAMPLES = 720;

interface Slice {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly profiles: readonly CpuProfile[];
}

export interface WatchOptions {
  /** How often, in ms, the processes are read. */
  readonly sampleMs?: number;
  /**
   * The duration of a profile, in ms. It is short, so that the busiest process is looked for again
   * soon.
   */
  readonly sliceMs?: number;
  /**
   * Whether to profile the busiest process again and again. This takes some percent of its time.
   */
  readonly profile: boolean;
  /** The stack's name, which is left out of its functions' names. */
  readonly stackName?: string | undefined;
  /** Is called with a line when a profile cannot be taken. */
  readonly say: (line: string) => void;
}

/** Measures what each process of the stack and of the generator uses during a run. */
export class ProcessWatch {
  readonly #options: WatchOptions;
  readonly #roots = new Map<number, string>();
  /** The latest values of each process, and its processor time when it was first seen. */
  readonly #seen = new Map<number, { first: number; last: RunningProcess }>();
  readonly #slices: Slice[] = [];
  /** The memory (MiB) of all processes with the same name. */
  #memory: { readonly at: number; readonly byName: ReadonlyMap<string, number> }[] = [];
  #memoryEveryMs = 0;
  readonly #stopped = new AbortController();
  #watching: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Watches a process, and the processes that it starts. */
  add(pid: number, name: string): void {
    this.#roots.set(pid, name);
    this.#watching ??= this.#watch();
  }

  /** The profiles so far. */
  get slices(): number {
    return this.#slices.length;
  }

  /** Stops watching. */
  async stop(): Promise<void> {
    this.#look();
    this.#stopped.abort();
    await this.#watching;
  }

  /** What each process has used since watching began, the busiest first. */
  result(record: LoadRecord): ProcessUse[] {
    const byName = Map.groupBy(this.#seen.values(), ({ last }) => last.name);
    const uses = [...byName].map(([name, seen]): ProcessUse => {
      const cpuMs = seen.reduce((sum, { first, last }) => sum + last.cpuMs - first, 0);
      const peakMemoryMiB = Math.max(...seen.map(({ last }) => last.peakMemoryMiB));
      const profile = this.#profileOf(name, record);
      return {
        name: this.#shortName(name),
        ...{ processes: seen.length, cpuMs, peakMemoryMiB },
        ...(profile !== undefined && { profile }),
      };
    });
    return uses.filter(({ cpuMs }) => cpuMs >= LEAST_CPU_MS).toSorted((a, b) => b.cpuMs - a.cpuMs);
  }

  /** The memory of all processes with the same name, over time. */
  memory(): LevelSeries[] {
    const names = new Set(this.#memory.flatMap(({ byName }) => [...byName.keys()]));
    return [...names].map((name) => ({
      ...{ name: `memory of ${this.#shortName(name)}`, unit: 'MiB' },
      samples: this.#memory.flatMap(({ at, byName }) => {
        const value = byName.get(name);
        return value === undefined ? [] : [{ at, value }];
      }),
    }));
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const busiest = this.#look();
      if (this.#options.profile && busiest !== undefined) await this.#profile(busiest);
      await delay(this.#options.sampleMs ?? SAMPLE_MS, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /**
   * Reads the processes.
   *
   * @returns the Node.js process that has used the most since they were last read
   */
  #look(): RunningProcess | undefined {
    let busiest: RunningProcess | undefined;
    let most = 0;
    const running = readProcesses(this.#roots);
    this.#keepMemory(running);
    for (const one of running) {
      const before = this.#seen.get(one.pid);
      const used = one.cpuMs - (before?.last.cpuMs ?? one.cpuMs);
      this.#seen.set(one.pid, { first: before?.first ?? one.cpuMs, last: one });
      if (!one.isNode || used <= most) continue;
      most = used;
      busiest = one;
    }
    return busiest;
  }

  #keepMemory(running: readonly RunningProcess[]): void {
    const at = Date.now();
    if (at - (this.#memory.at(-1)?.at ?? 0) < this.#memoryEveryMs) return;
    const byName = new Map<string, number>();
    for (const { name, memoryMiB } of running) {
      byName.set(name, (byName.get(name) ?? 0) + memoryMiB);
    }
    this.#memory.push({ at, byName });
    if (this.#memory.length <= MOST_SAMPLES) return;
    this.#memory = this.#memory.filter((_, index) => index % 2 === 0);
    this.#memoryEveryMs = Math.max(SAMPLE_MS, this.#memoryEveryMs) * 2;
  }

  #shortName(name: string): string {
    const prefix = `${this.#options.stackName ?? ''}-`;
    return name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  async #profile({ pid, name }: RunningProcess): Promise<void> {
    const from = Date.now();
    try {
      const profiles = await profileProcess(pid, this.#options.sliceMs ?? SLICE_MS);
      this.#slices.push({ name, from, to: Date.now(), profiles });
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#options.say(`no profile of ${name} (${pid}): ${messageOf(error)}`);
    }
  }

  /**
   * Only profiles from the time in which messages were delivered are used, if there are any, since
   * opening connections is another load.
   */
  #profileOf(name: string, record: LoadRecord): ProcessUse['profile'] {
    const own = this.#slices.filter((slice) => slice.name === name);
    const { windowMs = 0, windows = [] } = record.counters[counterNames.received] ?? {};
    const delivering = own.filter(({ from, to }) =>
      windows.some(({ at, count }) => count > 0 && at < to && at + windowMs > from),
    );
    const slices = delivering.length > 0 ? delivering : own;
    if (slices.length === 0) return undefined;
    const times: SelfTimes = new Map();
    for (const { profiles } of slices) for (const one of profiles) addSelfTimes(times, one);
    const busyMs = [...times.values()].reduce((sum, ms) => sum + ms, 0);
    return {
      during: delivering.length > 0 ? 'delivering' : 'the run',
      seconds: slices.reduce((sum, { from, to }) => sum + to - from, 0) / 1000,
      busyMs,
      functions: [...times]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, MOST_FUNCTIONS)
        .map(([of, selfMs]) => ({ of, selfMs })),
    };
  }
}
