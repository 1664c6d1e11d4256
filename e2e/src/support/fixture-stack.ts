import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ProgramOutput, served } from './program-output.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../tools/sam-offline/bin/sam-offline.js');
const FIXTURES = resolve(import.meta.dirname, '../../fixtures');

/** A stack of an application that has nothing of this repository in it. */
export interface FixtureStack {
  /** Of `outputs.json`: `ConsoleUrl`, `HttpApiUrl`, `WebSocketUrl`, and the template's own. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Runs another command of sam-offline on the stack. @returns what it printed */
  run(...args: readonly string[]): Promise<string>;
  /** Changes a file of the application's code; resolves when the function runs it. */
  deploy(file: string, change: (code: string) => string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a copy of an application under `e2e/fixtures` with `--watch`, on free ports.
 *
 * @throws Error with everything that sam-offline printed, when it ends before it is ready
 */
export async function startFixtureStack(name: string): Promise<FixtureStack> {
  const folder = mkdtempSync(join(tmpdir(), `blogapp-e2e-${name}-`));
  cpSync(join(FIXTURES, name), folder, { recursive: true });
  const data = join(folder, '.local');
  const common = [`--template=${join(folder, 'template.yaml')}`, `--data-dir=${data}`];
  const ports = ['http', 'websocket', 'aws', 'console'].map((port) => `--${port}-port=0`);
  const child = spawn(
    process.execPath,
    [PROGRAM, 'start', ...common, ...ports, `--stack-name=${name}`, '--watch'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = new Promise<void>((done) =>
    child.once('exit', () => {
      done();
    }),
  );
  const output = new ProgramOutput(child);
  await output.next(/^READY\b/m);
  return {
    outputs: JSON.parse(readFileSync(join(data, 'outputs.json'), 'utf8')) as Record<string, string>,
    async run(...args) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [PROGRAM, ...args, ...common, `--stack-name=${name}`],
        { cwd: folder },
      );
      return stdout;
    },
    deploy: (file, change) => {
      const path = join(folder, file);
      const code = change(readFileSync(path, 'utf8'));
      return served(output, (mark) => {
        writeFileSync(path, code + mark);
      });
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
