import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeDataFolder } from './data-folder.ts';
import { environmentOf, parseOutputs } from './outputs.ts';
import { TargetError, type Target } from './target.ts';

const root = resolve(import.meta.dirname, '../../../..');
const STACK_NAME = 'blogapp-loadtest';
const START_MS = 120_000;
/** How long, in ms, sam-offline may take to end its functions. */
const STOP_MS = 15_000;

/**
 * The variables of the stack. It accepts unsigned development tokens (nothing listens at that
 * address), and the product's own rate limit is off, since a load test has few users who write
 * much.
 */
const PARAMETERS = [
  'FirebaseAuthEmulatorHost=127.0.0.1:9',
  'WriteBurst=10000',
  'WritesPerMinute=60000',
];
/**
 * AWS's default limits of an account:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const AWS_LIMITS = ['newConnections=aws', 'requests=aws', 'concurrency=aws'];

export interface LocalTargetOptions {
  /** The folder for the stack's log, and for its data if there is not enough memory. */
  readonly folder: string;
  readonly region: string;
  /**
   * Whether to impose AWS's limits of an account: 500 new connections and 10,000 requests a second.
   */
  readonly awsLimits: boolean;
  /** Ends the start when it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * Starts the stack from its template, with empty tables and on free ports. Its bundles must have
 * been built.
 *
 * @throws TargetError with the end of its log if it does not start
 */
export async function startLocalTarget(options: LocalTargetOptions): Promise<Target> {
  const { folder, region, awsLimits, signal } = options;
  const data = await makeDataFolder(folder);
  const logFile = join(folder, 'stack.log');
  const child = spawn(
    process.execPath,
    [
      'tools/sam-offline/bin/sam-offline.js',
      'start',
      '--watch',
      '--template=infra/sam/template.yaml',
      `--stack-name=${STACK_NAME}`,
      `--region=${region}`,
      ...[
        '--http-port=0',
        '--websocket-port=0',
        '--aws-port=0',
        '--console-port=0',
        `--data-dir=${data}`,
      ],
      ...['--parameter-overrides', ...PARAMETERS],
      ...(awsLimits ? ['--limit', ...AWS_LIMITS] : []),
    ],
    // The stack ends when the IPC channel ends, so it also ends if this process is killed. It runs
    // in a process group of its own, so that a Ctrl-C reaches only the runner, which still reads
    // the stack's metrics.
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  const exited = once(child, 'exit');
  exited.catch(() => undefined);
  const stop = async (): Promise<void> => {
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await exited;
    }
    clearTimeout(killer);
    await rm(data, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(child, logFile, signal);
    const outputsFile = join(data, 'outputs.json');
    const outputs = parseOutputs(JSON.parse(await readFile(outputsFile, 'utf8')), outputsFile);
    return {
      ...{ name: 'local', stackName: STACK_NAME, outputsFile, outputs, isOnAws: false, stop },
      ...(child.pid !== undefined && { pid: child.pid }),
      environment: environmentOf(outputs, region),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves at `READY`. All output of the stack goes to its log, also after that. */
async function waitUntilReady(
  child: ChildProcess,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  const log = createWriteStream(logFile);
  // A full disk must not end the run. The log is lost then, and so are other files, which is
  // reported.
  log.on('error', () => undefined);
  let printed = '';
  let isReady = false;
  const { promise, resolve: done, reject } = Promise.withResolvers<undefined>();
  const fail = (what: string): void => {
    reject(
      new TargetError(
        `the local stack ${what}; its log is ${logFile} and ends with:\n${printed.slice(-2000)}`,
      ),
    );
  };
  const read = (chunk: Buffer): void => {
    log.write(chunk);
    if (isReady) return;
    printed += chunk.toString();
    if (!/^READY\b/m.test(printed)) return;
    isReady = true;
    done(undefined);
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('exit', (code, by) => {
    log.end();
    fail(`ended with ${String(code ?? by)} before it was ready`);
  });
  const timer = setTimeout(() => {
    fail(`was not ready after ${START_MS / 1000} s`);
  }, START_MS);
  const abort = (): void => {
    reject(new TargetError('the run was interrupted while the local stack started'));
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
