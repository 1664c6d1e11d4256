import type { StoredTarget } from './rule.ts';

/**
 * Makes the input of a target: the whole event, a part of it, a constant, or the result of an input
 * transformer.
 */
export function inputFor(
  target: Pick<StoredTarget, 'input' | 'inputPath' | 'inputTransformer'>,
  event: object,
  rule: { readonly arn: string; readonly name: string },
): string {
  const { input, inputPath, inputTransformer } = target;
  if (input !== undefined) return input;
  if (inputPath !== undefined) return JSON.stringify(valueAt(event, inputPath) ?? null);
  if (inputTransformer === undefined) return JSON.stringify(event);
  const reserved: Readonly<Record<string, unknown>> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': (event as { readonly time?: unknown }).time,
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  return transform(
    inputTransformer.inputTemplate,
    new Map(
      Object.entries(inputTransformer.inputPathsMap).map(([name, path]) => [
        name,
        valueAt(event, path),
      ]),
    ),
    reserved,
  );
}

function withoutDetail(event: object): object {
  const { detail: _detail, ...rest } = event as { readonly detail?: unknown };
  return rest;
}

/**
 * Reads a value by a JSONPath. EventBridge supports a part of JSONPath: `$.detail.items[0].id`,
 * `$.detail['a b']`.
 * @returns undefined if the event has no such value
 */
export function valueAt(event: unknown, path: string): unknown {
  let value = event;
  for (const [, name, index, quoted] of path
    .replace(/^\$/, '')
    .matchAll(/\.([^.[]+)|\[(\d+)\]|\[['"]([^'"]*)['"]\]/g)) {
    const key = name ?? index ?? quoted ?? '';
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/**
 * Replaces `<name>` with values. Within quotation marks, a string is inserted without quotation
 * marks; elsewhere a value is inserted as JSON. A missing value becomes an empty string, or `null`
 * outside of quotation marks in a JSON template
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
 */
function transform(
  template: string,
  values: ReadonlyMap<string, unknown>,
  reserved: Readonly<Record<string, unknown>>,
): string {
  let isQuoted = false;
  const isJson = /^\s*[{[]/.test(template);
  return template.replace(/<([\w.-]+)>|\\.|"/gs, (all, name: string | undefined) => {
    if (name === undefined) {
      if (all === '"') isQuoted = !isQuoted;
      return all;
    }
    const isKnown = values.has(name) || Object.hasOwn(reserved, name);
    if (!isKnown) return all;
    const value = values.has(name) ? values.get(name) : reserved[name];
    if (value === undefined || value === null) return isQuoted || !isJson ? '' : 'null';
    if (typeof value !== 'string') {
      const json = JSON.stringify(value);
      return isQuoted ? JSON.stringify(json).slice(1, -1) : json;
    }
    // If the whole template is a JSON string, the value is escaped as a part of it.
    return isQuoted ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
  });
}
