import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { ClientRequest, ClientResult } from './client.ts';

/**
 * Runs closed-loop clients in a separate process. @throws Error when a response is wrong: errors
 * are fast, so their rate would be misleading
 */
export async function runClients(request: ClientRequest): Promise<ClientResult> {
  const child = fork(join(import.meta.dirname, 'client.ts'), { stdio: 'inherit' });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  try {
    const result = await new Promise<ClientResult>((done, fail) => {
      child.once('message', (message) => {
        done(message as ClientResult);
      });
      child.once('exit', () => {
        fail(new Error('the process of the clients ended'));
      });
      child.send(request);
    });
    if (result.failed > 0) {
      const { method, path } = request.request;
      const of = result.failed + result.accepted;
      throw new Error(
        `${method} ${path}: ${result.failed} of ${of} responses were wrong: ${result.firstFailure ?? ''}`,
      );
    }
    return result;
  } finally {
    process.off('exit', kill);
    kill();
  }
}
