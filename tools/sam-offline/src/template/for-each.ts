import type { Diagnostics } from './diagnostics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, show, singleKey } from './json.ts';

const prefix = 'Fn::ForEach::';

interface ForEachContext {
  readonly diagnostics: Diagnostics;
  /** Resolves the references in a collection to parameters and mappings. */
  readonly resolve: (value: Json, path: Path) => Json | undefined;
}

/** The current values of the enclosing loops, by identifier. */
type Identifiers = ReadonlyMap<string, string>;

/** Tells whether a template has a loop. */
export function hasForEach(value: Json): boolean {
  if (Array.isArray(value)) return value.some(hasForEach);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([key, item]) => key.startsWith(prefix) || hasForEach(item));
}

/**
 * Expands the loops of a template with `Transform: AWS::LanguageExtensions`. Identifiers are used
 * as `${Identifier}` or `&{Identifier}` (only the letters and digits of the value) in keys and in
 * `Fn::Sub`, and with `Ref`
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html).
 */
export function expandForEach(
  value: Json,
  path: Path,
  context: ForEachContext,
  identifiers: Identifiers = new Map(),
): Json {
  if (Array.isArray(value)) {
    return value.map((item, index) => expandForEach(item, [...path, index], context, identifiers));
  }
  if (!isObject(value)) return value;
  const name = singleKey(value);
  const operand = name === undefined ? undefined : value[name];
  if (name === 'Ref' && typeof operand === 'string') return identifiers.get(operand) ?? value;
  if (name === 'Fn::Sub' && operand !== undefined) {
    return substituted(operand, [...path, name], context, identifiers);
  }
  const expanded: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    if (key.startsWith(prefix)) {
      const made = context.diagnostics.attempt(() => loop(item, at, context, identifiers));
      for (const [madeKey, madeValue] of Object.entries(made ?? {})) {
        if (madeKey in expanded) {
          context.diagnostics.error(at, `the loop makes \`${madeKey}\` twice`);
        }
        expanded[madeKey] = madeValue;
      }
    } else {
      expanded[replaced(key, identifiers)] = expandForEach(item, at, context, identifiers);
    }
  }
  return expanded;
}

function loop(value: Json, path: Path, context: ForEachContext, outer: Identifiers): JsonObject {
  const { diagnostics } = context;
  const [identifier, collection, body] = Array.isArray(value) ? value : [];
  if (typeof identifier !== 'string' || collection === undefined || !isObject(body)) {
    const wanted = 'expected an identifier, a collection and a map to repeat';
    return diagnostics.fail(path, `${wanted}, got ${show(value)}`);
  }
  const at = [...path, 1];
  const items = context.resolve(expandForEach(collection, at, context, outer), at);
  const texts = Array.isArray(items) ? items.flat() : undefined;
  if (!texts?.every((item) => typeof item === 'string')) {
    return diagnostics.fail(at, `expected a list of strings, got ${show(items)}`);
  }
  const made: JsonObject = {};
  for (const text of texts) {
    const inner = new Map(outer).set(identifier, text);
    const once = expandForEach(body, [...path, 2], context, inner);
    for (const [key, item] of Object.entries(isObject(once) ? once : {})) {
      if (key in made) diagnostics.error(path, `the loop makes \`${key}\` twice`);
      made[key] = item;
    }
  }
  return made;
}

function substituted(
  operand: Json,
  path: Path,
  context: ForEachContext,
  identifiers: Identifiers,
): Json {
  const [text, variables] = Array.isArray(operand) ? operand : [operand];
  if (typeof text !== 'string') return { 'Fn::Sub': operand };
  const own = isObject(variables) ? Object.keys(variables) : [];
  const visible = [...identifiers].filter(([name]) => !own.includes(name));
  const made = replaced(text, new Map(visible));
  if (variables !== undefined) {
    return { 'Fn::Sub': [made, expandForEach(variables, [...path, 1], context, identifiers)] };
  }
  return made.includes('${') ? { 'Fn::Sub': made } : made;
}

function replaced(text: string, identifiers: Identifiers): string {
  return text.replaceAll(/([$&])\{\s*(\w+)\s*\}/g, (written, sign: string, name: string) => {
    const value = identifiers.get(name);
    if (value === undefined) return written;
    return sign === '&' ? value.replaceAll(/[^A-Za-z0-9]/g, '') : value;
  });
}
