import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SinkCommand, SinkOptions, SinkResponse, SinkStats } from './protocol.ts';

export { recipientId, type SinkOptions, type SinkStats } from './protocol.ts';

/** An `@connections` endpoint in a separate process; see `main.ts`. */
export class ConnectionsSink {
  readonly #child: ChildProcess;
  /** The URL, with a stage as in an API's default domain. */
  readonly endpoint: string;
  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.endpoint = `http://127.0.0.1:${port}/bench`;
    process.once('exit', this.#kill);
  }

  static async start(options: SinkOptions): Promise<ConnectionsSink> {
    const child = fork(join(import.meta.dirname, 'main.ts'), { stdio: 'inherit' });
    const [response] = (await once(child, 'message')) as [SinkResponse];
    if (!('port' in response)) throw new Error('the sink did not start');
    const sink = new ConnectionsSink(child, response.port);
    await sink.reset(options);
    return sink;
  }

  /** Resets the figures, and fills the bucket of tokens. */
  async reset(options: SinkOptions): Promise<void> {
    await this.#ask({ reset: options });
  }

  stats(): Promise<SinkStats> {
    return this.#ask({ stats: true });
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#kill();
    await ended;
  }

  /** Sends a command; there must be only one under way at a time. */
  async #ask(command: SinkCommand): Promise<SinkStats> {
    const responded = once(this.#child, 'message') as Promise<[SinkResponse]>;
    this.#child.send(command);
    const [response] = await responded;
    if (!('stats' in response)) throw new Error('the sink did not respond with its figures');
    return response.stats;
  }
}
