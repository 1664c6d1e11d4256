import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject, Path } from '../json.ts';
import { isObject } from '../json.ts';

/** An item of a function's `Events`. */
export interface FunctionEvent {
  /** The logical id of the function or state machine that the event invokes. */
  readonly functionLogicalId: string;
  readonly name: string;
  readonly type: string;
  /** The properties, with unresolved intrinsic functions. */
  readonly properties: JsonObject;
  readonly path: Path;
}

/**
 * Reads the `Events` of a SAM function or state machine. Malformed events are left out; the
 * function's reader reports them.
 */
export function eventsOf(entry: ResourceEntry): FunctionEvent[] {
  const types = ['AWS::Serverless::Function', 'AWS::Serverless::StateMachine'];
  if (!types.includes(entry.type)) return [];
  const events = entry.properties.Events;
  if (!isObject(events)) return [];
  return Object.entries(events).flatMap(([name, event]) => {
    if (!isObject(event) || typeof event.Type !== 'string') return [];
    const properties = event.Properties;
    return [
      {
        functionLogicalId: entry.logicalId,
        name,
        type: event.Type,
        properties: isObject(properties) ? properties : {},
        path: [...entry.path, 'Events', name, 'Properties'],
      },
    ];
  });
}

/**
 * Gives the logical id of the API of an `HttpApi` or `Api` event; undefined if the API is not in
 * this template.
 */
export function apiOfEvent(event: FunctionEvent): string | undefined {
  if (event.type === 'HttpApi') {
    return referredTo(event.properties.ApiId, 'ServerlessHttpApi');
  }
  if (event.type === 'Api') return referredTo(event.properties.RestApiId, 'ServerlessRestApi');
  return undefined;
}

function referredTo(value: Json | undefined, implicit: string): string | undefined {
  if (value === undefined) return implicit;
  if (isObject(value) && typeof value.Ref === 'string') return value.Ref;
  return typeof value === 'string' ? value : undefined;
}
