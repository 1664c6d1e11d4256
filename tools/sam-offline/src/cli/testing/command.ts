import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const COMMAND = resolve(import.meta.dirname, '../../../bin/sam-offline.js');

/** A folder with a template and the code of its functions. */
export interface Project {
  readonly folder: string;
  write(file: string, text: string): Promise<void>;
  remove(): void;
}

/** Makes an empty project in a temporary folder. */
export function createProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'sam-offline-cli-'));
  return {
    folder,
    async write(file, text) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A running sam-offline, with its output so far. */
export class RunningCommand {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';
  readonly #waiting = new Set<() => void>();

  constructor(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const read = (chunk: Buffer): void => {
      this.output += chunk.toString();
      for (const check of this.#waiting) check();
    };
    this.child.stdout?.on('data', read);
    this.child.stderr?.on('data', read);
    this.exited = new Promise((done) => {
      this.child.once('close', (code) => {
        done(code);
        for (const check of this.#waiting) check();
      });
    });
  }

  /**
   * Waits until the output matches a pattern.
   *
   * @throws Error with the whole output if sam-offline ends before that
   */
  async printed(pattern: RegExp): Promise<void> {
    await new Promise<void>((done, failed) => {
      const check = (): void => {
        if (pattern.test(this.output)) done();
        else if (this.child.exitCode !== null || this.child.signalCode !== null) {
          failed(new Error(`it ended without printing ${String(pattern)}:\n${this.output}`));
        }
      };
      this.#waiting.add(check);
      check();
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}

/** Options with which tests can run at the same time. */
export const ANY_PORTS = [
  '--http-port=0',
  '--websocket-port=0',
  '--aws-port=0',
  '--console-port=0',
] as const;

/** Runs `sam-offline start` in a project's folder. */
export function start(project: Project, ...args: string[]): RunningCommand {
  return new RunningCommand(project.folder, ['start', ...ANY_PORTS, ...args]);
}

/** Reads the outputs of the stack that runs in a project. */
export function readOutputs(project: Project): Record<string, string> {
  return JSON.parse(readFileSync(join(project.folder, '.local/outputs.json'), 'utf8')) as Record<
    string,
    string
  >;
}

/** The ids of all descendants of a process. */
export function descendantsOf(pid: number): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = (parent: number): number[] =>
    processes.flatMap(([child = 0, ppid]) => (ppid === parent ? [child, ...children(child)] : []));
  return children(pid);
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export { until } from '../../testing/end-of-test.ts';
