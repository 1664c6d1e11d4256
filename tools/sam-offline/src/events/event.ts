import type { AlarmFact } from './alarm-facts.ts';
import type { HttpFact, WebSocketFact } from './api-facts.ts';
import type { LambdaFact } from './lambda-facts.ts';
import type { ServiceFact } from './service-facts.ts';
import type { StackFact } from './stack-facts.ts';

/**
 * All facts of a running stack. Each fact is emitted once, by the part where it happens. Every
 * reader (terminal, metrics, logs, traces) reads it from here. Facts have values and units, not
 * text for people.
 */
export type StackEvent =
  StackFact | AlarmFact | LambdaFact | HttpFact | WebSocketFact | ServiceFact;

/** The types of facts. */
export type EventType = StackEvent['type'];

/** The facts of one type. */
export type EventOf<Type extends EventType> = Extract<StackEvent, { readonly type: Type }>;
