import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject, Path } from '../json.ts';
import { isObject } from '../json.ts';

/** An entry of a function's `Events`. */
export interface FunctionEvent {
  /** The function, or state machine, that it starts. */
  readonly functionLogicalId: string;
  readonly name: string;
  readonly type: string;
  /** Unresolved. */
  readonly properties: JsonObject;
  readonly path: Path;
}

/** The `Events` of a SAM function or state machine; malformed ones are left out (the function's reader reports them). */
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

/** The logical id of the API that an `HttpApi` or `Api` event belongs to; undefined if it is not of this template. */
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
