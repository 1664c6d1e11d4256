import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FunctionProcessOptions {
  /** The name of the file of its events. */
  readonly name: string;
  /** The folder of the bundle. */
  readonly directory: string;
  /** The events of the invocations, used in turn. */
  readonly events: readonly unknown[];
  /** The expected status of every response; absent for a function whose result has no status. */
  readonly status?: number;
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
    const { name, directory, events, status, environment, workDirectory } = options;
    const eventsFile = join(workDirectory, `${name}.json`);
    await writeFile(eventsFile, JSON.stringify({ events, status }));
    const child = fork(
      join(import.meta.dirname, 'function-process.mjs'),
      [join(directory, 'index.mjs'), eventsFile],
      // Log lines are discarded; the function still spends the time to write them.
      { env: environment, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    const started = new FunctionProcess(child);
    await started.#nextMessage();
    return started;
  }

  /**
   * @returns the processor time that so many events took (µs)
   * @throws Error with what the function printed, when it ended or responded with another status
   */
  async take(requests: number): Promise<number> {
    const result = this.#nextMessage();
    this.#child.send(requests);
    return Number(await result);
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
