import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ManagedProcess, ProcessExit, ProcessGroup } from '../processes/index.ts';
import type { Invocation } from './invocation.ts';
import type { Launch } from './launch.ts';
import { LineSplitter } from './log-lines.ts';
import { RuntimeApi, type RuntimeApiEvents } from './runtime-api.ts';

/** The events of a runtime's process. */
export interface RuntimeProcessEvents extends Omit<RuntimeApiEvents, 'ready'> {
  /** The runtime waits for an invocation. The first time, this ends the init phase. */
  ready(): void;
  /** The process has started. */
  spawned(): void;
  /** The process has written a line. With `isPartial`, it is a part of a line that is too long. */
  line(source: 'stdout' | 'stderr', text: string, isPartial: boolean): void;
  /** The process has ended, and all of its output was passed on. */
  exited(exit: ProcessExit): void;
}

/** Environment variables in addition to those of the launch. */
export interface ProcessEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Gives variables that the function's own variables replace. */
  readonly defaults?: () => Promise<Readonly<Record<string, string>>>;
}

/** The file descriptor on which sam-offline's Node.js runtime uses the Runtime API. */
const RUNTIME_PIPE = 3;
/**
 * The file descriptor on which the runtime waits while it is frozen
 * (`runtimes/nodejs/leftover.mjs`).
 */
const THAW_PIPE = 4;
const RUNTIME_PIPES = ['pipe', 'pipe'] as const;
/** How long output is read after the process has ended, in ms. */
const OUTPUT_GRACE_MS = 200;

/** A running runtime: the child process, its Runtime API and its output. */
export class RuntimeProcess {
  readonly #api: RuntimeApi;
  readonly #events: RuntimeProcessEvents;
  #managed: ManagedProcess | undefined;
  #thawPipe: Socket | undefined;
  #killed = false;
  /** Whether the function may have left code running, while the runtime waits for an invocation. */
  #mayGoOn = false;
  /** Whether the processes are stopped. */
  #isStopped = false;

  constructor(functionArn: string, events: RuntimeProcessEvents) {
    this.#events = events;
    this.#api = new RuntimeApi(functionArn, {
      ...events,
      ready: (mayGoOn) => {
        this.#mayGoOn = mayGoOn;
        events.ready();
        // If invocations are queued, the runtime has already got the next one, and must not be
        // stopped.
        if (this.#mayGoOn) this.#stop();
      },
    });
  }

  async start(
    launch: Launch,
    processes: ProcessGroup,
    environment: ProcessEnvironment,
  ): Promise<void> {
    const [address, defaults = {}] = await Promise.all([
      this.#api.listen(),
      environment.defaults?.(),
    ]);
    if (this.#killed) return;
    const managed = processes.spawn(launch.command, launch.args, {
      cwd: launch.workingDirectory,
      env: {
        ...unnamed(defaults, launch.environment),
        ...launch.environment,
        ...joinedOptions(defaults, launch.environment),
        ...environment.variables,
        AWS_LAMBDA_RUNTIME_API: address,
      },
      stdio: ['ignore', 'pipe', 'pipe', ...(launch.hasRuntimePipe ? RUNTIME_PIPES : [])],
    });
    this.#managed = managed;
    this.#events.spawned();
    // This is a Unix domain socket. An invocation over it needs less processor time than over
    // loopback.
    const pipe = managed.child.stdio[RUNTIME_PIPE];
    if (pipe instanceof Socket) this.#api.accept(pipe);
    const thawPipe = managed.child.stdio[THAW_PIPE];
    if (thawPipe instanceof Socket) {
      this.#thawPipe = thawPipe;
      // The process has ended, which its exit reports.
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

  /**
   * Sends an invocation to the runtime.
   * @param deadlineMs the time at which the invocation times out, in ms since 1970
   */
  dispatch(invocation: Invocation, deadlineMs: number): void {
    if (this.#mayGoOn) this.#thaw();
    this.#api.dispatch(invocation, deadlineMs);
  }

  /**
   * Stops the code that the function left running until the next invocation, including other
   * threads and child processes. sam-offline's Node.js runtime has already stopped its main thread
   * itself, directly after the response.
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

  /** Ends the process at once. On AWS, runtimes have no time to clean up either. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    // The process is ended first, so that it does not log that its Runtime API is closed.
    this.#managed?.signal('SIGKILL');
    this.#api.close();
    if (this.#managed !== undefined) return;
    // The port was not open yet. There is no process whose end would be reported.
    queueMicrotask(() => {
      this.#events.exited({ code: null, signal: 'SIGKILL' });
    });
  }

  /** The maximum memory of the process, in MB; undefined if the system does not report it. */
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

/**
 * Gives the variables that the function does not have in any case, since programs read `HTTPS_PROXY`
 * and `https_proxy`.
 */
function unnamed(
  defaults: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = new Set(Object.keys(own).map((name) => name.toUpperCase()));
  return Object.fromEntries(
    Object.entries(defaults).filter(([name]) => !names.has(name.toUpperCase())),
  );
}

/**
 * Joins the options of JVMs and of Node.js. The variables are lists, so that the function's own
 * options do not replace those for AWS's hosts.
 */
function joinedOptions(
  ...environments: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  const joined = ['JAVA_TOOL_OPTIONS', 'NODE_OPTIONS'].map((name): [string, string] => {
    const options = environments.map((environment) => environment[name] ?? '');
    return [name, options.filter((text) => text !== '').join(' ')];
  });
  return Object.fromEntries(joined.filter(([, options]) => options !== ''));
}
