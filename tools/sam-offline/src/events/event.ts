import type { AlarmFact } from './alarm-facts.ts';
import type { HttpFact, WebSocketFact } from './api-facts.ts';
import type { LambdaFact } from './lambda-facts.ts';
import type { ServiceFact } from './service-facts.ts';
import type { StackFact } from './stack-facts.ts';

/**
 * Everything that happens in a running stack. Each fact is emitted once, by the part where it
 * happens; whatever wants to know it (terminal, metrics, logs, traces) reads it here. Facts have
 * values and units, never text made for people.
 */
export type StackEvent =
  StackFact | AlarmFact | LambdaFact | HttpFact | WebSocketFact | ServiceFact;

/** The kinds of fact. */
export type EventType = StackEvent['type'];

/** The facts of one kind. */
export type EventOf<Type extends EventType> = Extract<StackEvent, { readonly type: Type }>;
