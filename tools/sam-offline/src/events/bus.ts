import type { StackEvent } from './event.ts';

/**
 * What a fact is about in full: the event, response, message or frame. It is given beside the fact, and
 * so is not stored with it. Nobody changes it.
 */
export type Content = string | Buffer;

/** Told each fact, in the order in which the facts happened; who emitted it waits meanwhile. */
export type EventListener = (event: StackEvent, content?: Content) => void;

/** The parts of a stack emit their facts here. */
export interface Events {
  /**
   * Whether anybody listens. Where a fact happens often, ask first, so that the fact is not even
   * built when nobody does: `if (events.hasListeners) events.emit({ … })`.
   */
  readonly hasListeners: boolean;
  /** Tells a fact to everybody who listens. */
  emit(event: StackEvent, content?: Content): void;
  /**
   * The clock of all facts: milliseconds since 1970, to the microsecond. It never runs backwards within
   * a run, except to follow the machine's clock when that was set (then a `warning` says so).
   */
  now(): number;
  /** A `warning` fact, from now. */
  warn(level: 'info' | 'warn' | 'error', message: string): void;
}

/** The bus of one stack: parts emit, readers subscribe. */
export interface EventBus extends Events {
  /** @returns ends the subscription */
  subscribe(listener: EventListener): () => void;
}

/** A difference to the machine's clock above this, in ms, means that the machine's clock was set. */
const CLOCK_JUMP_MS = 1000;

export interface EventBusOptions {
  /** The machine's clock, in ms since 1970. */
  readonly wallClock?: () => number;
  /** A clock that nobody sets, in ms. */
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
    // To the microsecond: what the clock has beyond that would only cost digits in the file.
    if (jumpMs < CLOCK_JUMP_MS && jumpMs > -CLOCK_JUMP_MS) return Math.round(nowMs * 1000) / 1000;
    originMs += jumpMs;
    bus.warn(
      'warn',
      `The clock of this machine jumped by ${(jumpMs / 1000).toFixed(1)} s; times before and after do not compare.`,
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
          // A reader's fault may not reach the part where the fact happened.
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
