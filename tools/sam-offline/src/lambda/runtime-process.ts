import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ManagedProcess, ProcessExit, ProcessGroup } from '../processes/index.ts';
import type { Invocation } from './invocation.ts';
import type { Launch } from './launch.ts';
import { LineSplitter } from './log-lines.ts';
import { RuntimeApi, type RuntimeApiEvents } from './runtime-api.ts';

export interface RuntimeProcessEvents extends RuntimeApiEvents {
  /** A line; or a part of one that is too long, where `isPartial`. */
  line(source: 'stdout' | 'stderr', text: string, isPartial: boolean): void;
  /** The process has ended, and everything that it wrote was passed on. */
  exited(exit: ProcessExit): void;
}

/** The file descriptor on which our Node.js runtime talks to its Runtime API. */
const RUNTIME_PIPE = 3;
/** How long output may still come after the process has ended, in ms. */
const OUTPUT_GRACE_MS = 200;

/** One run of a function's runtime: the child process, its Runtime API and what it writes. */
export class RuntimeProcess {
  readonly #api: RuntimeApi;
  readonly #events: RuntimeProcessEvents;
  #managed: ManagedProcess | undefined;
  #killed = false;

  constructor(functionArn: string, events: RuntimeProcessEvents) {
    this.#events = events;
    this.#api = new RuntimeApi(functionArn, events);
  }

  async start(
    launch: Launch,
    processes: ProcessGroup,
    extraEnvironment: Readonly<Record<string, string>>,
  ): Promise<void> {
    const address = await this.#api.listen();
    if (this.#killed) return;
    const managed = processes.spawn(launch.command, launch.args, {
      cwd: launch.workingDirectory,
      env: { ...launch.environment, ...extraEnvironment, AWS_LAMBDA_RUNTIME_API: address },
      stdio: ['ignore', 'pipe', 'pipe', ...(launch.hasRuntimePipe ? ['pipe' as const] : [])],
    });
    this.#managed = managed;
    // A socket of the Unix domain: an invocation costs the system less than over loopback.
    const pipe = managed.child.stdio[RUNTIME_PIPE];
    if (pipe instanceof Socket) this.#api.accept(pipe);
    const output = Promise.all([
      this.#read(managed.child.stdout, 'stdout'),
      this.#read(managed.child.stderr, 'stderr'),
    ]);
    void managed.exited.then(async (exit) => {
      this.#api.close();
      await Promise.race([output, timeout(OUTPUT_GRACE_MS)]);
      this.#events.exited(exit);
    });
  }

  /** @param deadlineMs epoch ms at which the invocation times out */
  dispatch(invocation: Invocation, deadlineMs: number): void {
    this.#api.dispatch(invocation, deadlineMs);
  }

  /** Ends the process at once: no runtime gets to clean up on AWS either. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    this.#api.close();
    if (this.#managed !== undefined) {
      this.#managed.signal('SIGKILL');
      return;
    }
    // Its port was not open yet, so there is no process whose end would be reported.
    queueMicrotask(() => {
      this.#events.exited({ code: null, signal: 'SIGKILL' });
    });
  }

  /** The most memory that the process ever had, in MB; undefined where the system does not say. */
  peakMemoryMb(): number | undefined {
    const pid = this.#managed?.pid;
    if (pid === undefined) return undefined;
    try {
      const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
      return peak === undefined ? undefined : Math.ceil(Number(peak) / 1024);
    } catch {
      return undefined;
    }
  }

  #read(stream: Readable | null, source: 'stdout' | 'stderr'): Promise<void> {
    if (stream === null) return Promise.resolve();
    const lines = new LineSplitter((text, isPartial) => {
      this.#events.line(source, text, isPartial);
    });
    return new Promise((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        lines.push(chunk);
      });
      stream.on('error', () => undefined);
      stream.once('close', () => {
        lines.end();
        resolve();
      });
    });
  }
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
