import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { output } from './output.ts';

/** Runs `npx sam-offline` in a folder in which the package is installed. */
export interface InstalledProgram {
  /** Options that make sam-offline choose a free port for each server. */
  readonly freePorts: readonly string[];
  /**
   * Starts the folder's template.
   * @throws Error with the printed text if the program ends before it is ready
   */
  start(env?: NodeJS.ProcessEnv): Promise<InstalledStack>;
  /** Runs a command to its end. */
  run(args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }>;
}

export interface InstalledStack {
  readonly outputs: Readonly<Record<string, string>>;
  /**
   * Does what Ctrl-C does in a terminal: it sends SIGINT to npx and to all processes that it
   * started.
   *
   * @returns the command lines of the folder's processes that still run after all output was closed
   */
  interrupt(): Promise<readonly string[]>;
}

/** The maximum time until a stack is ready, or until a command ends, in ms. */
const TIME_OUT_MS = 60_000;

/**
 * Makes the functions that run the program.
 *
 * @param folder a folder with the package in its `node_modules`
 * @param nodeDirectory the folder with the `node` that npx and the package run on
 */
export function installedProgram(folder: string, nodeDirectory: string): InstalledProgram {
  const freePorts = ['http', 'websocket', 'aws', 'console'].map((name) => `--${name}-port=0`);
  const begin = (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const path = [nodeDirectory, process.env.PATH ?? ''].join(delimiter);
    // A terminal runs each command in its own process group.
    const child = spawn('npx', ['sam-offline', ...args], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, PATH: path },
    });
    const printed = { text: '' };
    const exited = once(child, 'close').then(([code]) => code as number | null);
    const timer = setTimeout(() => {
      signal(child, 'SIGTERM');
    }, TIME_OUT_MS);
    void exited.then(() => {
      clearTimeout(timer);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed.text += chunk.toString();
        child.emit('printed');
      });
    }
    return { child, printed, exited };
  };
  return {
    freePorts,
    async start(env = {}) {
      const { child, printed, exited } = begin(['start', ...freePorts], env);
      const ended = exited.then((code) => {
        throw new Error(`sam-offline ended with ${code} before it was ready:\n${printed.text}`);
      });
      while (!/^READY\b/m.test(printed.text)) await Promise.race([once(child, 'printed'), ended]);
      ended.catch(() => undefined);
      const file = join(folder, '.local/outputs.json');
      return {
        outputs: JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>,
        async interrupt() {
          signal(child, 'SIGINT');
          await exited;
          return await processesOf(folder);
        },
      };
    },
    async run(args) {
      const { printed, exited } = begin(args, {});
      const code = await exited;
      return { code, text: printed.text };
    },
  };
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid !== undefined) process.kill(-child.pid, name);
}

/**
 * Finds the processes of a folder. sam-offline, Dynoxide and the runtimes of functions all run from
 * files in it.
 */
async function processesOf(folder: string): Promise<string[]> {
  const lines = (await output('ps', ['-eo', 'pid=,args='])).split('\n');
  return lines.filter((line) => line.includes(folder));
}
