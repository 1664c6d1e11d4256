import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What one process can do with its function. */
export interface FunctionVariant {
  readonly isInstrumented: boolean;
  /** The value of `_X_AMZN_TRACE_ID`, which says whether X-Ray traces the invocation. */
  readonly traceHeader: string;
  /** The events of the invocations, used in turn. */
  readonly events: readonly unknown[];
}

export interface FunctionProcessOptions {
  /** The name of the file of its events. */
  readonly name: string;
  /** The folder of the bundle. */
  readonly directory: string;
  readonly variants: readonly FunctionVariant[];
  /** How many events a run has. */
  readonly eventsPerRun: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly workDirectory: string;
}

/** A function that waits for events; see function-process.mjs. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  #printed = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => (this.#printed += chunk.toString()));
  }

  static async start(options: FunctionProcessOptions): Promise<FunctionProcess> {
    const { name, directory, variants, eventsPerRun, environment, workDirectory } = options;
    const inputFile = join(workDirectory, `${name}.json`);
    await writeFile(inputFile, JSON.stringify({ variants, eventsPerRun }));
    const child = fork(
      join(import.meta.dirname, 'function-process.mjs'),
      [join(directory, 'index.mjs'), inputFile],
      { env: environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    // Log lines are discarded. The function writes them to a pipe, as it does in Lambda.
    child.stdout?.resume();
    const started = new FunctionProcess(child);
    await started.#nextMessage();
    return started;
  }

  /**
   * Runs the variants in turn, each so often.
   *
   * @returns the processor time of each run (µs), by variant
   * @throws Error with what the function printed, when it ended or an invocation failed
   */
  async run(runs: number): Promise<number[][]> {
    const result = this.#nextMessage();
    this.#child.send({ runs });
    return (await result) as number[][];
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #nextMessage(): Promise<unknown> {
    return new Promise((done, failed) => {
      const onExit = (): void => {
        failed(new Error(`a function ended: ${this.#printed.slice(-2000)}`));
      };
      this.#child.once('exit', onExit);
      this.#child.once('message', (message) => {
        this.#child.off('exit', onExit);
        done(message);
      });
    });
  }
}
