import { once } from 'node:events';
import { WebSocket } from 'ws';

type Message = Record<string, unknown>;

/** A WebSocket client that keeps what it received, so that a test can wait for a message. */
export class RealtimeClient {
  readonly received: Message[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()) as Message);
      for (const check of this.#waiting) check();
    });
  }

  static async connect(url: string, protocols: string[] = []): Promise<RealtimeClient> {
    const socket = new WebSocket(url, protocols);
    const client = new RealtimeClient(socket);
    await once(socket, 'open');
    return client;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Sends an object as JSON, or a text as it is. */
  send(message: Message | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends a message and waits for the first answer of a type that comes after it. */
  async ask(message: Message | string, answerType: string): Promise<Message> {
    const from = this.received.length;
    this.send(message);
    return this.next((answer) => answer.type === answerType, from);
  }

  /**
   * The first message that fits, of those from index `from` on; waits for it if need be.
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
        failed(new Error(`no such message in ${timeoutMs} ms: ${JSON.stringify(this.received)}`));
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
