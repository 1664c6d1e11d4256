import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readStat, readTree, type ProcessStat } from './process-tree.ts';

/**
 * A process that a bench has started. It ends when the bench ends: normally, by an exception, by
 * Ctrl-C or by SIGTERM. (After a SIGKILL of the bench it still runs.)
 */
export interface OwnedProcess {
  readonly pid: number;
  /** `performance.now()` just before it was started. */
  readonly startedAt: number;
  /** What it has written to standard output and standard error so far. */
  readOutput(): string;
  /** Waits until its output matches; throws with the output when it ends or the time is over. */
  waitForOutput(pattern: RegExp, timeoutMs: number): Promise<void>;
  /** Throws an error with the end of its output when it does not run any more. */
  assertRunning(): void;
  /**
   * Ends the process and everything that it started: it sends SIGTERM, and after the grace period
   * SIGKILL to those of the tree that still run. Resolves when all of them have ended.
   *
   * @param graceMs 0 kills at once
   */
  stop(graceMs?: number): Promise<void>;
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /**
   * The file for standard output and standard error. A file is used because a pipe would have to be
   * read all the time.
   */
  readonly logFile: string;
}

const owned = new Set<OwnedProcess>();
let hooked = false;

/** Starts a process that ends when this one does. */
export function spawnOwned(
  file: string,
  args: readonly string[],
  { cwd, env = process.env, logFile }: SpawnOptions,
): OwnedProcess {
  hookExit();
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const startedAt = performance.now();
  // The process is the leader of a new process group: Ctrl-C then reaches only the bench, which
  // stops its processes.
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started`);

  const ended = new Promise<void>((done) => {
    child.once('exit', () => {
      done();
    });
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const readOutput = (): string => readFileSync(logFile, 'utf8');
  const failure = (what: string): Error =>
    new Error(`${args.join(' ')} ${what}; the end of its output:\n${readOutput().slice(-2000)}`);

  const self: OwnedProcess = {
    pid,
    startedAt,
    readOutput,
    assertRunning() {
      if (hasEnded()) throw failure('has ended');
    },
    async waitForOutput(pattern, timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      while (!pattern.test(readOutput())) {
        if (hasEnded()) throw failure('ended');
        if (performance.now() > deadline) throw failure(`did not print ${pattern.source}`);
        await delay(5);
      }
    },
    async stop(graceMs = 5000) {
      // The tree is read now: when the parent has ended, its children do not belong to its tree any
      // more.
      const tree = readTree(pid);
      if (graceMs > 0 && !hasEnded()) {
        child.kill('SIGTERM');
        await Promise.race([ended, delay(graceMs, undefined, { ref: false })]);
      }
      killAll(pid, tree);
      await ended;
      while (tree.some(isAlive)) await delay(5);
      owned.delete(self);
    },
  };
  owned.add(self);
  return self;
}

/** Stops every process that is still running. The command calls it at its end. */
export async function stopOwnedProcesses(graceMs = 1000): Promise<void> {
  await Promise.all([...owned].map((process) => process.stop(graceMs)));
}

function hookExit(): void {
  if (hooked) return;
  hooked = true;
  process.on('exit', () => {
    for (const { pid } of owned) killAll(pid, readTree(pid));
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      void stopOwnedProcesses().finally(() => process.exit(code));
    });
  }
}

/**
 * Sends SIGKILL to a tree, and to processes that were started in the root's process group since.
 */
function killAll(rootPid: number, tree: readonly ProcessStat[]): void {
  kill(-rootPid);
  for (const member of tree) if (isAlive(member)) kill(member.pid);
}

/**
 * Whether a process is still alive. Another process may have got its pid since; then the start time
 * differs.
 */
function isAlive({ pid, startTicks }: ProcessStat): boolean {
  const now = readStat(pid);
  return now?.startTicks === startTicks && !now.isZombie;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has ended already.
  }
}
