import { Fifo } from '../lambda/index.ts';

/** How long a message that runs holds up the responses to later ones of its client, in ms. */
const ORDER_MS = 250;

/**
 * What is done with a message: calls `onStart` when its function runs, and resolves, once the
 * function has responded, with a function that delivers the response. It does not reject.
 */
export type MessageTask = (onStart: () => void) => Promise<() => void>;

interface Message {
  /** `performance.now()`; undefined while it waits for an execution environment. */
  startedAt: number | undefined;
  /** Delivers the response; undefined until it is there. */
  deliver: (() => void) | undefined;
}

/** What all clients wait for. */
export interface MessageLoad {
  /** Messages that wait for an execution environment: one at most of each client (items). */
  waiting: number;
}

/** Stops and goes on reading from the client. */
export interface Reading {
  pause(): void;
  resume(): void;
}

/**
 * The messages of one client. Their functions start in the order in which the messages came, and run
 * at the same time. One message at most waits for an execution environment: while it does, nothing
 * more is read from the client, so that a client that sends faster than the machine works fills the
 * socket and not our memory, and holds up no other client.
 *
 * Responses go out in the order of the messages, unless one has taken over a quarter of a second. AWS
 * does not promise an order, and with messages that take alike long nearly always keeps it; a busy
 * machine would not.
 */
export class MessageLane {
  readonly #reading: Reading;
  /** Read already, and not given to a function. Less than what one read of the socket brings. */
  readonly #unread = new Fifo<MessageTask>();
  /** In the order of arrival, without those whose response has been delivered. */
  #underWay: Message[] = [];
  readonly #load: MessageLoad;
  #isWaiting = false;
  #isPaused = false;
  #timer: NodeJS.Timeout | undefined;
  #afterAll: (() => void) | undefined;

  constructor(reading: Reading, load: MessageLoad) {
    this.#reading = reading;
    this.#load = load;
  }

  /** Whether a message waits for an execution environment. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  add(task: MessageTask): void {
    if (!this.#isWaiting) {
      this.#begin(task);
      return;
    }
    this.#unread.add(task);
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#reading.pause();
  }

  /** Does something once, after all messages have had a response or run for long. Nothing is added then. */
  end(afterAll: () => void): void {
    this.#afterAll = afterAll;
    this.#deliver();
  }

  #begin(task: MessageTask): void {
    const message: Message = { startedAt: undefined, deliver: undefined };
    this.#underWay.push(message);
    this.#isWaiting = true;
    this.#load.waiting += 1;
    const started = (): void => {
      if (message.startedAt !== undefined) return;
      message.startedAt = performance.now();
      this.#isWaiting = false;
      this.#load.waiting -= 1;
    };
    const served = task(() => {
      started();
      this.#next();
    });
    void served.then((deliver) => {
      // What needed no function, or was refused, never started.
      started();
      message.deliver = deliver;
      this.#deliver();
      this.#next();
    });
  }

  #next(): void {
    while (!this.#isWaiting) {
      const task = this.#unread.take();
      if (task === undefined) break;
      this.#begin(task);
    }
    if (!this.#isPaused || this.#unread.size > 0) return;
    this.#isPaused = false;
    this.#reading.resume();
  }

  /** Delivers the responses that no earlier message holds up. */
  #deliver(): void {
    const now = performance.now();
    const left: Message[] = [];
    let holdUntil: number | undefined;
    for (const message of this.#underWay) {
      const holdsUntil = (message.startedAt ?? Infinity) + ORDER_MS;
      if (holdUntil !== undefined) left.push(message);
      else if (message.deliver !== undefined) message.deliver();
      else {
        left.push(message);
        if (holdsUntil > now) holdUntil = holdsUntil;
      }
    }
    this.#underWay = left;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const hasMore = left.some(({ deliver }) => deliver !== undefined);
    if (holdUntil === undefined && this.#unread.size === 0) {
      const afterAll = this.#afterAll;
      this.#afterAll = undefined;
      afterAll?.();
    } else if (holdUntil !== undefined && (hasMore || this.#afterAll !== undefined)) {
      // A message that has not started holds up the rest until it does.
      if (holdUntil === Infinity) return;
      this.#timer = setTimeout(
        () => {
          this.#deliver();
        },
        Math.ceil(holdUntil - now),
      ).unref();
    }
  }
}
