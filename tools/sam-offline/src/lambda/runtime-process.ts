import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ManagedProcess, ProcessExit, ProcessGroup } from '../processes/index.ts';
import type { Invocation } from './invocation.ts';
import type { Launch } from './launch.ts';
import { LineSplitter } from './log-lines.ts';
import { RuntimeApi, type RuntimeApiEvents } from './runtime-api.ts';

export interface RuntimeProcessEvents extends Omit<RuntimeApiEvents, 'ready'> {
  /** The runtime waits for an invocation; the first time, init is over. */
  ready(): void;
  /** The process has started. */
  spawned(): void;
  /** A line; or a part of one that is too long, where `isPartial`. */
  line(source: 'stdout' | 'stderr', text: string, isPartial: boolean): void;
  /** The process has ended, and everything that it wrote was passed on. */
  exited(exit: ProcessExit): void;
}

/** Variables beyond those of the launch. */
export interface ProcessEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Those that the function's own win over. */
  readonly defaults?: () => Promise<Readonly<Record<string, string>>>;
}

/** The file descriptor on which our Node.js runtime talks to its Runtime API. */
const RUNTIME_PIPE = 3;
/** The one on which it waits while it is frozen (`runtimes/nodejs/leftover.mjs`). */
const THAW_PIPE = 4;
const RUNTIME_PIPES = ['pipe', 'pipe'] as const;
/** How long output may still come after the process has ended, in ms. */
const OUTPUT_GRACE_MS = 200;

/** One run of a function's runtime: the child process, its Runtime API and what it writes. */
export class RuntimeProcess {
  readonly #api: RuntimeApi;
  readonly #events: RuntimeProcessEvents;
  #managed: ManagedProcess | undefined;
  #thawPipe: Socket | undefined;
  #killed = false;
  /** Whether the function may have left work behind, while the runtime waits for an invocation. */
  #mayGoOn = false;
  /** Its processes are stopped. */
  #isStopped = false;

  constructor(functionArn: string, events: RuntimeProcessEvents) {
    this.#events = events;
    this.#api = new RuntimeApi(functionArn, {
      ...events,
      ready: (mayGoOn) => {
        this.#mayGoOn = mayGoOn;
        events.ready();
        // Under load it has its next invocation already.
        if (this.#mayGoOn) this.#stop();
      },
    });
  }

  async start(
    launch: Launch,
    processes: ProcessGroup,
    environment: ProcessEnvironment,
  ): Promise<void> {
    const address = await this.#api.listen();
    const defaults = environment.defaults && (await environment.defaults());
    if (this.#killed) return;
    const managed = processes.spawn(launch.command, launch.args, {
      cwd: launch.workingDirectory,
      env: {
        ...defaults,
        ...launch.environment,
        ...jvmOptions(defaults, launch.environment),
        ...environment.variables,
        AWS_LAMBDA_RUNTIME_API: address,
      },
      stdio: ['ignore', 'pipe', 'pipe', ...(launch.hasRuntimePipe ? RUNTIME_PIPES : [])],
    });
    this.#managed = managed;
    this.#events.spawned();
    // A socket of the Unix domain: an invocation costs the system less than over loopback.
    const pipe = managed.child.stdio[RUNTIME_PIPE];
    if (pipe instanceof Socket) this.#api.accept(pipe);
    const thawPipe = managed.child.stdio[THAW_PIPE];
    if (thawPipe instanceof Socket) {
      this.#thawPipe = thawPipe;
      // The process has ended; that is told by its exit.
      thawPipe.on('error', () => undefined);
    }
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
    if (this.#mayGoOn) this.#thaw();
    this.#api.dispatch(invocation, deadlineMs);
  }

  /**
   * Stops what the function left running until the next invocation: other threads and child processes,
   * too. Our Node.js runtime has stopped its main thread by itself, right behind the response.
   */
  #stop(): void {
    this.#isStopped = true;
    this.#managed?.signal('SIGSTOP');
  }

  #thaw(): void {
    this.#mayGoOn = false;
    if (this.#isStopped) this.#managed?.signal('SIGCONT');
    this.#isStopped = false;
    this.#thawPipe?.write('\n');
  }

  /** Ends the process at once: no runtime gets to clean up on AWS either. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    // First, so that a runtime does not log that its Runtime API is gone.
    this.#managed?.signal('SIGKILL');
    this.#api.close();
    if (this.#managed !== undefined) return;
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

/** The variable is a list of options, so a function's own do not replace those that lead to the proxy. */
function jvmOptions(
  ...environments: readonly (Readonly<Record<string, string>> | undefined)[]
): Record<string, string> {
  const options = environments.map((environment) => environment?.JAVA_TOOL_OPTIONS ?? '');
  const joined = options.filter((text) => text !== '').join(' ');
  return joined === '' ? {} : { JAVA_TOOL_OPTIONS: joined };
}
