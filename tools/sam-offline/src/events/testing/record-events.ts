import {
  createEventBus,
  type EventBus,
  type EventOf,
  type EventType,
  type StackEvent,
} from '../index.ts';

export interface RecordedEvents {
  readonly bus: EventBus;
  /** All facts so far, in order. */
  readonly all: StackEvent[];
  /** The messages of the warnings, as `warn: …`. */
  readonly warnings: string[];
  of<Type extends EventType>(type: Type): EventOf<Type>[];
}

/** A bus that records its facts for a test. */
export function recordEvents(): RecordedEvents {
  const bus = createEventBus();
  const all: StackEvent[] = [];
  const warnings: string[] = [];
  bus.subscribe((event) => {
    all.push(event);
    if (event.type === 'warning') warnings.push(`${event.level}: ${event.message}`);
  });
  return {
    bus,
    all,
    warnings,
    of: <Type extends EventType>(type: Type) =>
      all.filter((event): event is EventOf<Type> => event.type === type),
  };
}

/** A bus that adds the messages of warnings to a list. */
export function warningsTo(messages: string[]): EventBus {
  const bus = createEventBus();
  bus.subscribe((event) => {
    if (event.type === 'warning') messages.push(event.message);
  });
  return bus;
}
