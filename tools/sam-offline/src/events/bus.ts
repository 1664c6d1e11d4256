import type { StackEvent } from './event.ts';

/**
 * The full content that a fact is about: the event, the response, the message or the frame. It is
 * given beside the fact, so it is not stored with it. Nobody may change it.
 */
export type Content = string | Buffer;

/**
 * Is called with each fact, in the order in which the facts happened. The part that emits the fact
 * waits meanwhile.
 */
export type EventListener = (event: StackEvent, content?: Content) => void;

/** The parts of a stack emit their facts here. */
export interface Events {
  /**
   * Whether there is a listener. If a fact happens often, ask first, so that the fact is not even
   * built when nobody listens: `if (events.hasListeners) events.emit({ … })`.
   */
  readonly hasListeners: boolean;
  /** Passes a fact to all listeners. */
  emit(event: StackEvent, content?: Content): void;
  /**
   * The clock of all facts: milliseconds since 1970, with a precision of a microsecond. It does not
   * run backwards within a run, unless the machine's clock was set; then it follows that clock, and
   * a `warning` says so.
   */
  now(): number;
  /** Emits a `warning` fact with the present time. */
  warn(level: 'info' | 'warn' | 'error', message: string): void;
}

/** The bus of one stack. Parts emit facts, and readers subscribe to them. */
export interface EventBus extends Events {
  /**
   * Adds a listener.
   *
   * @returns a function that ends the subscription
   */
  subscribe(listener: EventListener): () => void;
}

/** A difference to the machine's clock above this, in ms, means that the machine's clock was set. */
const CLOCK_JUMP_MS = 1000;

export interface EventBusOptions {
  /** The machine's clock, in ms since 1970. */
  readonly wallClock?: () => number;
  /** A clock that cannot be set, in ms. */
  readonly monotonicClock?: () => number;
}

/** Makes the bus of a stack. */
export function createEventBus(options: EventBusOptions = {}): EventBus {
  const wallClock = options.wallClock ?? Date.now;
  const monotonicClock = options.monotonicClock ?? (() => performance.now());
  let listeners: readonly EventListener[] = [];
  let originMs = wallClock() - monotonicClock();

  const now = (): number => {
    const wallMs = wallClock();
    const nowMs = originMs + monotonicClock();
    const jumpMs = wallMs - nowMs;
    // Times have a precision of a microsecond. Further digits would only make the files larger.
    if (jumpMs < CLOCK_JUMP_MS && jumpMs > -CLOCK_JUMP_MS) return Math.round(nowMs * 1000) / 1000;
    originMs += jumpMs;
    bus.warn(
      'warn',
      `The clock of this machine jumped by ${(jumpMs / 1000).toFixed(1)} s; times before and after the jump cannot be compared.`,
    );
    return wallMs;
  };

  const faulty = new WeakSet<EventListener>();
  const reportFault = (listener: EventListener, error: unknown): void => {
    if (faulty.has(listener)) return;
    faulty.add(listener);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    bus.warn('error', `A reader of events failed: ${text}`);
  };

  const bus: EventBus = {
    hasListeners: false,
    emit(event, content) {
      for (const listener of listeners) {
        try {
          listener(event, content);
        } catch (error) {
          // An error of a reader must not reach the part where the fact happened.
          reportFault(listener, error);
        }
      }
    },
    now,
    warn(level, message) {
      bus.emit({ type: 'warning', timeMs: now(), level, message });
    },
    subscribe(listener) {
      listeners = [...listeners, listener];
      setHasListeners();
      return () => {
        listeners = listeners.filter((other) => other !== listener);
        setHasListeners();
      };
    },
  };
  const setHasListeners = (): void => {
    (bus as { hasListeners: boolean }).hasListeners = listeners.length > 0;
  };
  return bus;
}
