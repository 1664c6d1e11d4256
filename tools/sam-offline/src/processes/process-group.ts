import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { startReaper, type Reaper } from './reaper.ts';

/** The way in which a child ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Present if the child could not be started (`ENOENT` …). */
  readonly error?: Error;
}

/** A child process that ends with sam-offline at the latest. */
export interface ManagedProcess {
  readonly child: ChildProcess;
  /** Undefined if the child could not be started. Then `exited` has the error. */
  readonly pid: number | undefined;
  /** Resolves when the child has ended. It never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Sends a signal to the child and to every process that it started. */
  signal(signal: NodeJS.Signals): void;
  /**
   * Ends the child with SIGTERM, and with SIGKILL if it still runs after the grace period.
   *
   * @param graceMs milliseconds; 0 sends SIGKILL at once
   */
  stop(graceMs?: number): Promise<ProcessExit>;
}

/** Children that are ended together, by `close()` or when sam-offline ends. */
export interface ProcessGroup {
  /**
   * Starts a child in a process group of its own. So Ctrl-C in a terminal does not reach it, and
   * sam-offline decides the order in which its parts end.
   */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ManagedProcess;
  /** How many children are running. */
  readonly size: number;
  /**
   * Ends every child (see {@link ManagedProcess.stop}). The group cannot be used afterwards.
   *
   * @param graceMs milliseconds between SIGTERM and SIGKILL
   */
  close(graceMs?: number): Promise<void>;
}

/** Time that a child gets between SIGTERM and SIGKILL, in ms. */
const DEFAULT_GRACE_MS = 2_000;

/**
 * Makes a group of children. A watchdog process ends them if sam-offline is killed before it can
 * call `close()`. The watchdog is started with the first child.
 */
export function createProcessGroup(): ProcessGroup {
  const running = new Set<ManagedProcess>();
  let reaper: Reaper | undefined;
  let closed = false;

  return {
    spawn(command, args, options = {}) {
      if (closed) throw new Error(`Cannot start ${command}: the process group is closed`);
      reaper ??= startReaper();
      const watchdog = reaper;
      const managed = manage(spawn(command, args, { ...options, detached: true }));
      const { pid } = managed;
      if (pid === undefined) return managed;
      watchdog.watch(pid);
      running.add(managed);
      void managed.exited.then(() => {
        running.delete(managed);
        watchdog.forget(pid);
      });
      return managed;
    },
    get size() {
      return running.size;
    },
    async close(graceMs = DEFAULT_GRACE_MS) {
      closed = true;
      await Promise.all([...running].map((managed) => managed.stop(graceMs)));
      await reaper?.close();
    },
  };
}

/**
 * Starts one child in a group of its own, as `createProcessGroup().spawn` does, for callers that
 * need a single long-running process. `stop()` ends the watchdog too.
 */
export function spawnManaged(
  command: string,
  args: readonly string[],
  options?: SpawnOptions,
): ManagedProcess {
  const group = createProcessGroup();
  const managed = group.spawn(command, args, options);
  void managed.exited.then(() => group.close(0));
  return managed;
}

function manage(child: ChildProcess): ManagedProcess {
  const { pid } = child;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      killLeftovers(pid);
      resolve({ code, signal });
    });
    child.once('error', (error) => {
      if (pid === undefined) resolve({ code: null, signal: null, error });
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      // The negative id stands for the process group, so the child's own children get the signal
      // too.
      process.kill(-pid, name);
    } catch {
      child.kill(name);
    }
  };
  return {
    child,
    pid,
    exited,
    signal,
    async stop(graceMs = DEFAULT_GRACE_MS) {
      if (graceMs <= 0) {
        signal('SIGKILL');
        return await exited;
      }
      signal('SIGTERM');
      const timer = setTimeout(() => {
        signal('SIGKILL');
      }, graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Processes that the child started and did not end are still in its process group. */
function killLeftovers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nothing is left.
  }
}
