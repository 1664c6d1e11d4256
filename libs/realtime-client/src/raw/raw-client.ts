import { connect, type Connection, type ConnectOptions } from './connection.ts';

export type Message = Record<string, unknown>;

/** A client that keeps what it received, so that its user can wait for a message. */
export class RawClient {
  /** All messages so far, the oldest first. */
  readonly received: Message[] = [];
  readonly #connection: Connection;
  readonly #waiting = new Set<() => void>();

  private constructor(connection: Connection) {
    this.#connection = connection;
    connection.onMessage((text) => {
      const message = JSON.parse(text) as Message;
      const events = message.type === 'replay' ? (message.events as readonly Message[]) : [];
      // Each event of a replay is kept as a message of its own.
      this.received.push(...(events.length > 0 ? events : [message]));
      for (const check of this.#waiting) check();
    });
  }

  /** @throws HandshakeRefusedError, and what `connect` throws */
  static async connect(url: string, options: ConnectOptions = {}): Promise<RawClient> {
    return new RawClient(await connect(url, options));
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  get protocol(): string {
    return this.#connection.protocol;
  }

  /** Sends an object as JSON, or a text as it is. */
  send(message: Message | string): void {
    this.#connection.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends a message and waits for the first message of a type that comes after it. */
  async ask(message: Message | string, responseType: string): Promise<Message> {
    const from = this.received.length;
    this.send(message);
    return this.next((response) => response.type === responseType, from);
  }

  /**
   * Returns the first matching message from index `from` on; waits for it if needed.
   *
   * @throws Error after `timeoutMs` milliseconds, with everything that came instead
   */
  async next(fits: (message: Message) => boolean, from = 0, timeoutMs = 10_000): Promise<Message> {
    return new Promise((done, failed) => {
      const check = (): void => {
        const message = this.received.slice(from).find(fits);
        if (!message) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        done(message);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        failed(
          new Error(`no such message within ${timeoutMs} ms: ${JSON.stringify(this.received)}`),
        );
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
