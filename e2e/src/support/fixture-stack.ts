import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { served } from './program-output.ts';
import { SAM_OFFLINE, startSamOffline } from './sam-offline.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');

/** A stack of an application that is independent of this repository. */
export interface FixtureStack {
  /**
   * The values in `outputs.json`: `ConsoleUrl`, `HttpApiUrl`, `WebSocketUrl`, and the template's
   * outputs.
   */
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
  const common = [
    `--template=${join(folder, 'template.yaml')}`,
    `--data-dir=${data}`,
    `--stack-name=${name}`,
  ];
  const running = await startSamOffline(folder, [...common, '--watch']);
  return {
    outputs: JSON.parse(readFileSync(join(data, 'outputs.json'), 'utf8')) as Record<string, string>,
    async run(...args) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [SAM_OFFLINE, ...args, ...common],
        { cwd: folder },
      );
      return stdout;
    },
    deploy: (file, change) => {
      const path = join(folder, file);
      const code = change(readFileSync(path, 'utf8'));
      return served(running.output, (mark) => {
        writeFileSync(path, code + mark);
      });
    },
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
