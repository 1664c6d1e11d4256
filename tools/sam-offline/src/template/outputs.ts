import type { Conditions } from './conditions.ts';
import type { Json } from './json.ts';
import { isObject, show } from './json.ts';
import type { StackResources } from './resources/index.ts';
import { didYouMean } from '../suggestions.ts';

const attributes = ['Condition', 'Description', 'Export', 'Value'];

/** Resolves the template's `Outputs` whose condition is true, as strings. */
export function resolveOutputs(
  section: Json | undefined,
  resources: StackResources,
  conditions: Conditions,
): Record<string, string> {
  const { diagnostics } = resources;
  if (section === undefined || section === null) return {};
  if (!isObject(section)) {
    diagnostics.error(['Outputs'], `expected a map, got ${show(section)}`);
    return {};
  }
  const outputs: Record<string, string> = {};
  for (const [name, output] of Object.entries(section)) {
    const text = diagnostics.attempt(() => resolveOutput(output, name, resources, conditions));
    if (text !== undefined) outputs[name] = text;
  }
  return outputs;
}

function resolveOutput(
  output: Json,
  name: string,
  { diagnostics, resolver }: StackResources,
  conditions: Conditions,
): string | undefined {
  const path = ['Outputs', name];
  const value = isObject(output) ? output.Value : undefined;
  if (!isObject(output) || value === undefined) {
    return diagnostics.fail(path, `expected an output with a Value, got ${show(output)}`);
  }
  for (const key of Object.keys(output)) {
    if (attributes.includes(key)) continue;
    const hint = didYouMean(key, attributes);
    diagnostics.error([...path, key], `unknown attribute of an output${hint}`);
  }
  const condition = output.Condition;
  if (typeof condition === 'string' && !conditions.value(condition, path)) return undefined;
  const resolved = resolver.resolve(value, [...path, 'Value']);
  return resolved === undefined ? undefined : asText(resolved);
}

function asText(value: Json): string {
  if (Array.isArray(value)) return value.map(asText).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
