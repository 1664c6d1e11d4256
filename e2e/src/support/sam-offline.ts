import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ProgramOutput } from './program-output.ts';

/** The path of the program in this workspace. */
export const SAM_OFFLINE = resolve(
  import.meta.dirname,
  '../../../tools/sam-offline/bin/sam-offline.js',
);

const FREE_PORTS = ['http', 'websocket', 'aws', 'console'].map((name) => `--${name}-port=0`);

/** A stack that is ready, and the process that runs it. */
export interface RunningSamOffline {
  readonly output: ProgramOutput;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `sam-offline start` on free ports.
 *
 * @param folder the working directory of the process
 * @throws Error with everything that sam-offline printed, when it ends before it is ready
 */
export async function startSamOffline(
  folder: string,
  options: readonly string[],
): Promise<RunningSamOffline> {
  const child = spawn(process.execPath, [SAM_OFFLINE, 'start', ...FREE_PORTS, ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // This listens from now on, so that `stop` does not wait for a stack that ended by itself.
  const exited = new Promise<void>((done) =>
    child.once('exit', () => {
      done();
    }),
  );
  const output = new ProgramOutput(child);
  await output.next(/^READY\b/m);
  return {
    output,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
