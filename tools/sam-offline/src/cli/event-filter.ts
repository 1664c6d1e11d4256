import type { StackEvent } from '../events/index.ts';
import { splitLambdaPrefix } from '../insights/index.ts';

export interface EventFilterOptions {
  /** The logical id or the deployed name of a function. */
  readonly functionName?: string | undefined;
  /** `key=value` pairs, all of which have to match. A key may be a path, `error.name`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly correlationId?: string | undefined;
}

/** Chooses facts by function, by fields, and by correlation id. */
export class EventFilter {
  readonly #options: EventFilterOptions;
  readonly #functionNames = new Set<string>();
  /**
   * The requests, messages and invocations that have the correlation id, as their lines or facts
   * show.
   */
  readonly #correlated = new Set<string>();

  constructor(options: EventFilterOptions) {
    this.#options = options;
    if (options.functionName !== undefined) this.#functionNames.add(options.functionName);
  }

  /** Whether the filter admits every fact. */
  get isOpen(): boolean {
    const { functionName, fields, correlationId } = this.#options;
    return (
      functionName === undefined && correlationId === undefined && Object.keys(fields).length === 0
    );
  }

  /**
   * Learns from a fact which others belong together. If possible, it should get all facts before
   * the first one is filtered.
   */
  learn(event: StackEvent): void {
    if (event.type === 'stack.started') {
      for (const { logicalId, name } of event.resources) {
        if (logicalId === this.#options.functionName) this.#functionNames.add(name);
      }
    }
    const { correlationId } = this.#options;
    if (correlationId === undefined) return;
    const has =
      event.correlationId === correlationId ||
      (event.type === 'log' && event.text.includes(correlationId));
    if (!has) return;
    for (const id of [event.requestId, event.invocationId]) {
      if (id !== undefined) this.#correlated.add(id);
    }
  }

  admits(event: StackEvent): boolean {
    if (event.type === 'stack.started' || this.isOpen) return true;
    const { functionName, correlationId, fields } = this.#options;
    if (functionName !== undefined && !this.#isOfFunction(event)) return false;
    if (correlationId !== undefined && !this.#isCorrelated(event, correlationId)) return false;
    return Object.entries(fields).every(([key, value]) => hasField(event, key, value));
  }

  #isOfFunction(event: StackEvent): boolean {
    const { functionName } = event;
    return functionName !== undefined && this.#functionNames.has(functionName);
  }

  #isCorrelated(event: StackEvent, correlationId: string): boolean {
    const { requestId, invocationId } = event;
    return (
      event.correlationId === correlationId ||
      (requestId !== undefined && this.#correlated.has(requestId)) ||
      (invocationId !== undefined && this.#correlated.has(invocationId))
    );
  }
}

/** The value of a field, from the fact itself or from the JSON that a function has written. */
function hasField(event: StackEvent, key: string, value: string): boolean {
  if (textAt(event, key) === value) return true;
  if (event.type !== 'log') return false;
  const { body } = splitLambdaPrefix(event.text);
  if (!body.startsWith('{')) return false;
  try {
    return textAt(JSON.parse(body), key) === value;
  } catch {
    return false;
  }
}

function textAt(value: unknown, path: string): string | undefined {
  let current: unknown = value;
  for (const key of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) {
      return undefined;
    }
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  if (typeof current === 'string') return current;
  return typeof current === 'number' || typeof current === 'boolean' ? String(current) : undefined;
}
