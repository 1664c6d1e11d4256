import { Fifo } from '../lambda/index.ts';

/** How long, in ms, a running message holds back the responses to later messages of its client. */
const ORDER_MS = 250;

/**
 * Serves a message. It calls `onStart` when the function starts, and resolves when the function has
 * responded, with a function that delivers the response. It does not reject.
 */
export type MessageTask = (onStart: () => void) => Promise<() => void>;

interface Message {
  /**
   * The start of the function, by `performance.now()`. Undefined while the message waits for an
   * execution environment.
   */
  startedAt: number | undefined;
  /** Delivers the response. Undefined until the function has responded. */
  deliver: (() => void) | undefined;
}

/** The load by the messages of all clients. */
export interface MessageLoad {
  /** How many messages wait for an execution environment. It is one at most for each client. */
  waiting: number;
}

/** Pauses and resumes the reading from the client. */
export interface Reading {
  pause(): void;
  resume(): void;
}

/**
 * The messages of one client. Their functions start in the order in which the messages came, and
 * run at the same time.
 *
 * At most one message waits for an execution environment. While it waits, nothing more is read from
 * the client. So a client that sends faster than the machine works fills its socket and not the
 * memory of sam-offline, and it does not delay other clients.
 *
 * Responses are delivered in the order of the messages, unless a message has run for over a quarter
 * of a second. AWS does not promise this order. On AWS, messages that take equally long nearly
 * always keep it; on a busy machine they would not.
 */
export class MessageLane {
  readonly #reading: Reading;
  /**
   * Messages that were read and are not with a function yet. They are fewer than one read of the
   * socket brings.
   */
  readonly #unread = new Fifo<MessageTask>();
  /** The messages in the order of arrival, without those whose response has been delivered. */
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

  /**
   * Calls a function once, after each message has had its response or has run for a long time. No
   * message may be added afterwards.
   */
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
      // A message that needed no function, or that was refused, never started.
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

  /** Delivers the responses that no earlier message holds back. */
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
      // A message that has not started holds back the responses to all later ones.
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
