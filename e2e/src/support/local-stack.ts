import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serveSigningKeys } from './signing-keys.ts';

const root = resolve(import.meta.dirname, '../../..');

/** The stack on this machine: free ports, an empty data folder, gone when it is stopped. */
export interface LocalStack {
  readonly outputsFile: string;
  stop(): Promise<void>;
}

/**
 * Starts the stack from its template, as `npm start` does.
 *
 * @throws Error with everything that sam-offline printed, when it ends before it is ready
 */
export async function startLocalStack(): Promise<LocalStack> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'blogapp-e2e-'));
  const signingKeys = await serveSigningKeys();
  const child = spawn(
    process.execPath,
    [
      'tools/sam-offline/bin/sam-offline.js',
      'start',
      '--template=infra/sam/template.yaml',
      '--stack-name=blogapp-e2e',
      '--http-port=0',
      '--websocket-port=0',
      '--aws-port=0',
      '--console-port=0',
      // As `npm start` does: ID tokens that are not signed, so that tests can sign in by themselves.
      '--parameter-overrides=FirebaseAuthEmulatorHost=127.0.0.1:9099',
      `--parameter-overrides=FirebaseJwksUri=${signingKeys.uri}`,
      // The least, so that alarms are proved in seconds.
      '--parameter-overrides=AlarmPeriod=10',
      `--data-dir=${dataDirectory}`,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  // From now on, so that a stack that ended by itself is not waited for.
  const exited = new Promise<void>((done) =>
    child.once('exit', () => {
      done();
    }),
  );
  await ready(child);
  return {
    outputsFile: join(dataDirectory, 'outputs.json'),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await signingKeys.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess): Promise<void> {
  let printed = '';
  await new Promise<void>((done, failed) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (/^READY\b/m.test(printed)) done();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', failed);
    child.once('exit', (code) => {
      failed(new Error(`sam-offline ended with ${String(code)} before it was ready:\n${printed}`));
    });
  });
}
