import { now } from './clock.ts';
import type { Reader } from './ledger/index.ts';
import type { ArtilleryEvents } from './metrics/index.ts';
import {
  Connection,
  StepError,
  type ConnectionOptions,
  type Ending,
  type Frame,
} from './session/index.ts';
import type { Worker } from './worker.ts';

/** A virtual user's variables and functions, as Artillery passes them to engines. */
export interface Context {
  vars: Record<string, unknown>;
  readonly [key: string]: unknown;
}

export interface CaptureResult {
  readonly captures: Readonly<Record<string, { value?: unknown; failed?: boolean }>>;
}

/** The functions that Artillery gives to engines for the steps of its own engines. */
export interface Helpers {
  template(value: unknown, context: Context): unknown;
  captureOrMatch(
    params: Record<string, unknown>,
    response: { body?: unknown; headers?: Record<string, unknown> },
    context: Context,
    done: (error: Error | null, result: CaptureResult | null) => void,
  ): void;
}

/** The functions of the scenario's processor. */
export type Processor = Readonly<Record<string, unknown>>;

/** A virtual user. It has at most one connection at a time, and one identity in the ledger. */
export class VirtualUser {
  readonly worker: Worker;
  readonly context: Context;
  readonly helpers: Helpers;
  readonly processor: Processor;
  readonly ee: ArtilleryEvents;
  readonly reader: Reader;
  connection: Connection | undefined;
  connectedWith: ConnectionOptions | undefined;
  /** Subscribes again as before, for `hold` with `reconnect`. */
  resubscribe: (() => Promise<void>)[] = [];
  /** The signals that its flow gives and has not given yet. Other users hold for them. */
  promised: string[] = [];
  /** The value from which the server is to replay. */
  resumeFrom: string | undefined;

  constructor(options: {
    readonly worker: Worker;
    readonly context: Context;
    readonly helpers: Helpers;
    readonly processor: Processor;
    readonly ee: ArtilleryEvents;
    readonly name: string;
  }) {
    this.worker = options.worker;
    this.context = options.context;
    this.helpers = options.helpers;
    this.processor = options.processor;
    this.ee = options.ee;
    this.reader = this.worker.ledger.newReader(options.name);
  }

  /** Fills in `{{ variables }}`. */
  template<T>(value: T, variables: Readonly<Record<string, unknown>> = {}): T {
    const { context } = this;
    // An object that is the prototype of another takes 400 bytes more, so it is made only when it
    // is needed.
    if (Object.keys(variables).length === 0) return this.helpers.template(value, context) as T;
    const vars = Object.assign(Object.create(context.vars) as Context['vars'], variables);
    return this.helpers.template(value, { ...context, vars }) as T;
  }

  /**
   * Opens a connection and measures its handshake.
   *
   * @throws StepError if the connection is refused
   */
  async connect(options: ConnectionOptions): Promise<void> {
    const { worker, reader } = this;
    const connection = new Connection(options, this);
    this.connectedWith = options;
    try {
      await connection.opened();
    } catch (error) {
      worker.metrics.count('refused', 1, now());
      throw error;
    }
    const { openedAt, startedAt } = connection;
    worker.open += 1;
    worker.metrics.count('opened', 1, openedAt);
    worker.metrics.time('handshake', openedAt - startedAt, openedAt);
    connection.onEnd((ending) => {
      worker.open -= 1;
      worker.metrics.count('closed', 1, ending.at);
      if (ending.own) return;
      worker.metrics.count('lost', 1, ending.at);
      const { code, fault } = ending;
      const kind = fault === undefined ? `closed by the server: ${code}` : `protocol: ${fault}`;
      worker.error(kind, `${reader.name} lost its connection`);
      worker.ledger.lost(reader, ending.at);
    });
    this.connection = connection;
  }

  /** @throws StepError if there is no connection */
  requireConnection(step: string): Connection {
    if (this.connection !== undefined) return this.connection;
    throw new StepError(`${step}: not connected`, `"${step}" needs a "connect" before it`);
  }

  /** Waits until all owed messages have arrived, but not longer than `drain`. */
  async drain(): Promise<void> {
    const { reader, connection } = this;
    if (reader.pending === 0 || connection === undefined || connection.ending !== undefined) return;
    await new Promise<void>((resolve) => {
      // After a stall of this process, the messages that have arrived meanwhile are read before a
      // message counts as missing: in a turn of the event loop, timers run before sockets are read,
      // and immediates after that.
      const timer = setTimeout(() => setImmediate(done), this.worker.settings.drainMs);
      const forget = connection.onEnd(done);
      reader.onDrained = done;
      function done(): void {
        clearTimeout(timer);
        forget();
        reader.onDrained = undefined;
        resolve();
      }
    });
  }

  /** Leaves: waits for the owed messages, closes the connection, and decides the reader's pairs. */
  async leave(code?: number, reason?: string): Promise<void> {
    const { connection, reader, worker } = this;
    await this.drain();
    const own = connection?.ending?.own ?? true;
    worker.ledger.leave(reader, now(), own);
    this.connection = undefined;
    this.resubscribe = [];
    if (connection !== undefined && connection.ending === undefined) {
      await connection.close(code, reason);
    }
  }

  /** Destroys the socket. The reader may come back. */
  vanish(): void {
    const connection = this.requireConnection('vanish');
    this.worker.ledger.lost(this.reader, now());
    connection.vanish();
  }

  /** Notifies all users that hold for the signal. */
  give(signal: string): void {
    const index = this.promised.indexOf(signal);
    if (index >= 0) this.promised.splice(index, 1);
    this.worker.signal(signal);
  }

  /**
   * Its flow has failed. It gives the signals that it will not reach any more, since other users
   * would hold for them in vain.
   */
  giveUp(): void {
    for (const signal of [...this.promised]) this.give(signal);
  }

  /** Counts an error. */
  fail(error: unknown): void {
    if (error instanceof StepError) this.worker.error(error.kind, error.message);
    else if (error instanceof Error) this.worker.error(kindOf(error), textOf(error));
    else this.worker.error('other', String(error));
  }

  /** Reads what arrived on its connection. */
  read(data: Buffer, at: number): unknown {
    const { worker } = this;
    worker.frameCount += 1;
    worker.byteCount += data.length;
    const frame = worker.frames.read(data);
    if (frame.kind === 'list') for (const one of frame.items) this.#take(one, at);
    else this.#take(frame, at);
    return frame.value;
  }

  #take(frame: Frame, at: number): void {
    const { worker, reader } = this;
    if (frame.kind === 'event') {
      const { message, content, resumeFrom } = frame;
      if (content !== undefined) worker.ledger.content(message, content);
      if (
        resumeFrom !== undefined &&
        (this.resumeFrom === undefined || resumeFrom > this.resumeFrom)
      ) {
        this.resumeFrom = resumeFrom;
      }
      worker.ledger.arrived(reader, message, at, frame.order);
    } else if (frame.kind === 'corrupt') worker.ledger.corrupt(reader, at, frame.text);
  }
}

/** For `fetch failed: ECONNREFUSED`: the code of the cause says more than the message. */
function kindOf({ message, cause }: Error): string {
  const code = cause instanceof Error && 'code' in cause ? `: ${String(cause.code)}` : '';
  return `${message.slice(0, 100)}${code}`;
}

function textOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

export type { Ending };
