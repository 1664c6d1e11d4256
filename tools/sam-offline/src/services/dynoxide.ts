import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Events } from '../events/index.ts';
import { spawnManaged, type ProcessGroup } from '../processes/index.ts';
import { findDynoxide } from './dynoxide-binary.ts';
import { freePort } from './free-port.ts';
import { indexStreamRecords, trimStreamRecords } from './stream-store.ts';

export interface DynoxideOptions {
  /**
   * The SQLite file, which stays after a restart. If absent, a temporary file is used, which
   * `close` removes.
   */
  readonly dbPath?: string;
  /** The port. If absent, a free port is used. */
  readonly port?: number;
  readonly events?: Events;
  /**
   * The process group that starts the process. If absent, it has its own group. The process ends
   * with sam-offline in both cases.
   */
  readonly processes?: Pick<ProcessGroup, 'spawn'>;
}

export interface DynamoDbService {
  /** The URL: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly port: number;
  /**
   * The id of the running process; undefined if sam-offline did not start the DynamoDB
   * (`DYNAMODB_ENDPOINT`).
   */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

const READY_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 3_000;
/**
 * The maximum number of crashes within `CRASH_WINDOW_MS`. After more crashes it is not started
 * again.
 */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 60_000;
/** The number of characters of stderr that are kept. */
const STDERR_KEPT = 4_000;

/**
 * Starts DynamoDB for the stack: Dynoxide, a single binary that uses SQLite. If Dynoxide ends
 * unexpectedly, this is reported with the end of its stderr, and it is started again with the same
 * file and port. It always uses a file and not memory, because only a file can get the index that
 * makes writes to tables with streams fast.
 *
 * If the environment variable DYNAMODB_ENDPOINT is set, that DynamoDB is used instead.
 *
 * @throws DynoxideNotFoundError if there is no binary for this platform
 * @throws Error if the process does not respond within 10 s, or the port is in use
 */
export async function startDynoxide(options: DynoxideOptions = {}): Promise<DynamoDbService> {
  const external = process.env.DYNAMODB_ENDPOINT;
  if (external !== undefined && external !== '') return externalDynamoDb(external);

  const binary = findDynoxide();
  const port = options.port ?? (await freePort());
  const temporaryDirectory =
    options.dbPath === undefined ? mkdtempSync(join(tmpdir(), 'sam-offline-dynamodb-')) : undefined;
  const dbPath = options.dbPath ?? join(temporaryDirectory ?? '', 'dynamodb.db');
  mkdirSync(dirname(dbPath), { recursive: true });
  trimStreamRecords(dbPath);

  const removeTemporary = (): void => {
    if (temporaryDirectory !== undefined)
      rmSync(temporaryDirectory, { recursive: true, force: true });
  };
  try {
    const supervised = await superviseDynoxide({ ...options, binary, port, dbPath });
    indexStreamRecords(dbPath);
    return {
      endpoint: `http://127.0.0.1:${port}`,
      port,
      get pid() {
        return supervised.pid();
      },
      async close() {
        await supervised.close();
        removeTemporary();
      },
    };
  } catch (error) {
    removeTemporary();
    throw error;
  }
}

function externalDynamoDb(endpoint: string): DynamoDbService {
  const url = new URL(endpoint);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { endpoint: url.origin, port, pid: undefined, close: () => Promise.resolve() };
}

interface LaunchOptions extends DynoxideOptions {
  readonly binary: string;
  readonly port: number;
  readonly dbPath: string;
}

interface Supervised {
  pid(): number | undefined;
  close(): Promise<void>;
}

async function superviseDynoxide(options: LaunchOptions): Promise<Supervised> {
  let closing = false;
  const crashes: number[] = [];
  let current = await launch();

  async function launch(): Promise<RunningProcess> {
    const running = runProcess(options);
    await untilReady(options.port, running);
    void running.exited.then((how) => {
      if (!closing) onCrash(how, running.stderr());
    });
    return running;
  }

  function onCrash(how: string, stderr: string): void {
    const now = Date.now();
    crashes.push(now);
    const recent = crashes.filter((at) => now - at < CRASH_WINDOW_MS).length;
    const report = `DynamoDB (Dynoxide) ended unexpectedly: ${how}${stderr === '' ? '' : `\n${stderr}`}`;
    if (recent > MAX_CRASHES) {
      options.events?.warn(
        'error',
        `${report}\nIt ended ${recent} times within a minute, so it is not started again.`,
      );
      return;
    }
    options.events?.warn('error', `${report}\nStarting it again with the same data.`);
    void launch().then(
      (running) => {
        current = running;
        if (closing) void running.stop();
      },
      (error: unknown) => {
        options.events?.warn('error', `DynamoDB could not be started again: ${String(error)}`);
      },
    );
  }

  return {
    pid: () => current.pid,
    close: () => {
      closing = true;
      return current.stop();
    },
  };
}

interface RunningProcess {
  readonly pid: number | undefined;
  /** Resolves with a description of its end: `exit code 1`, `signal SIGKILL`. */
  readonly exited: Promise<string>;
  hasExited(): boolean;
  /**
   * Tells whether the process itself has reported that it listens. A response on the port could
   * come from another program.
   */
  isListening(): boolean;
  /** Gives the end of its output on stderr. */
  stderr(): string;
  stop(): Promise<void>;
}

function runProcess(options: LaunchOptions): RunningProcess {
  const start = options.processes?.spawn ?? spawnManaged;
  const managed = start(
    options.binary,
    ['--host', '127.0.0.1', '--port', String(options.port), '--db-path', options.dbPath],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );

  let stderr = '';
  managed.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-STDERR_KEPT);
  });

  let ended = false;
  const exited = managed.exited.then(async ({ code, signal, error }) => {
    ended = true;
    // Its last output may be read after its end.
    const stream = managed.child.stderr;
    if (stream !== null && !stream.closed) await once(stream, 'close');
    if (error !== undefined) return error.message;
    return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
  });

  return {
    pid: managed.pid,
    exited,
    hasExited: () => ended,
    isListening: () => stderr.includes('listening on'),
    stderr: () => stderr.trim(),
    async stop() {
      await managed.stop(CLOSE_TIMEOUT_MS);
    },
  };
}

async function untilReady(port: number, running: RunningProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (running.hasExited()) {
      throw new Error(
        `DynamoDB (Dynoxide) did not start: ${await running.exited}. ${running.stderr()}`.trim(),
      );
    }
    if (running.isListening() && (await responds(port))) return;
    await delay(5);
  }
  await running.stop();
  throw new Error(
    `DynamoDB (Dynoxide) did not respond on port ${port} within ${READY_TIMEOUT_MS} ms. ${running.stderr()}`.trim(),
  );
}

async function responds(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      signal: AbortSignal.timeout(1_000),
    });
    await response.arrayBuffer();
    return response.headers.has('x-dynoxide-version');
  } catch {
    return false;
  }
}
