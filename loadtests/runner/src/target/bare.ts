import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environmentOf, writeOutputs } from './outputs.ts';
import { TargetError, type Target } from './target.ts';

/** The generator signs its requests to the bare server too, so that it does the same work. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/**
 * Starts a bare `ws` server instead of a stack. It shows what one process can do at most on this
 * machine, with the same generator. It does not know channels, so only scenarios of the channel
 * `all` run on it.
 *
 * @throws TargetError if it does not start
 */
export async function startBareTarget(folder: string, region: string): Promise<Target> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A Ctrl-C reaches the runner only. The server ends with its standard input, so it also ends if
    // this process is killed.
    detached: true,
  });
  const exited = once(child, 'exit');
  const port = await Promise.race([
    firstPort(child.stdout),
    exited.then(([code]) => {
      throw new TargetError(`the bare ws server ended with ${String(code)} before it was ready`);
    }),
  ]);
  const outputs = {
    WebSocketUrl: `ws://127.0.0.1:${port}`,
    HttpApiUrl: `http://127.0.0.1:${port}`,
  };
  return {
    ...{ name: 'a bare ws server', outputs, isOnAws: false },
    ...(child.pid !== undefined && { pid: child.pid }),
    outputsFile: await writeOutputs(outputs, folder),
    environment: { ...environmentOf(outputs, region), ...CREDENTIALS },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

async function firstPort(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, port] = /^port (\d+)$/.exec(line) ?? [];
    if (port !== undefined) return port;
  }
  return new Promise(() => undefined);
}
