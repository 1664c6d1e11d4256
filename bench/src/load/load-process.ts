import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { CommandMessage, CommandName, LoadCommands, ResultMessage } from './protocol.ts';

/**
 * Runs the clients of a bench in a separate process. So their cost does not count as the server's,
 * and a busy bench process does not delay them.
 */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
  #lastId = 0;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'main.ts'), { stdio: 'inherit' });
    // When this process is killed, the channel closes, and then the child ends too.
    process.once('exit', this.#kill);
    this.#child.on('message', (message: ResultMessage) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('error' in message) waiting?.reject(new Error(message.error));
      else waiting?.resolve(message.result);
    });
    this.#child.once('exit', (code, signal) => {
      process.off('exit', this.#kill);
      const error = new Error(`the load process ended (${signal ?? code ?? 'unknown'})`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  /** Runs a command in the load process; rejects with what it threw. */
  async call<Name extends CommandName>(
    name: Name,
    argument: LoadCommands[Name]['argument'],
  ): Promise<LoadCommands[Name]['result']> {
    const id = (this.#lastId += 1);
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.send({ id, name, argument } satisfies CommandMessage);
    return (await waiting.promise) as LoadCommands[Name]['result'];
  }

  /** Ends the load process and its connections. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((done) => this.#child.once('exit', done));
    this.#kill();
    await ended;
  }
}
