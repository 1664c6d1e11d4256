import type { Diagnostics } from './diagnostics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, show } from './json.ts';
import { globalsProperties } from './properties/index.ts';
import { didYouMean } from '../suggestions.ts';

/**
 * The `Globals` section, with default properties for all resources of a SAM type
 * (https://github.com/aws/serverless-application-model/blob/develop/docs/globals.rst).
 */
export class Globals {
  readonly #sections = new Map<string, JsonObject>();

  constructor(section: Json | undefined, diagnostics: Diagnostics) {
    if (section === undefined) return;
    if (!isObject(section)) {
      diagnostics.error(['Globals'], `expected a map, got ${show(section)}`);
      return;
    }
    for (const [name, properties] of Object.entries(section)) {
      const path: Path = ['Globals', name];
      const known = globalsProperties[name];
      if (known === undefined) {
        const hint = didYouMean(name, Object.keys(globalsProperties));
        diagnostics.error(path, `there are no Globals for \`${name}\`${hint}`);
      } else if (isObject(properties)) {
        for (const key of Object.keys(properties)) {
          if (known.includes(key)) continue;
          const hint = didYouMean(key, known);
          diagnostics.error([...path, key], `not a property that Globals can set${hint}`);
        }
        this.#sections.set(`AWS::Serverless::${name}`, properties);
      } else {
        diagnostics.error(path, `expected a map of properties, got ${show(properties)}`);
      }
    }
  }

  /**
   * Merges a resource's properties with the globals of its type.
   *
   * @param ignore the resource's `IgnoreGlobals`: `*`, or a list of property names
   */
  apply(type: string, properties: JsonObject, ignore: Json | undefined): JsonObject {
    const section = this.#sections.get(type);
    if (section === undefined || ignore === '*') return properties;
    const ignored = Array.isArray(ignore) ? ignore : [];
    const used = Object.fromEntries(
      Object.entries(section).filter(([name]) => !ignored.includes(name)),
    );
    return mergeObjects(used, properties);
  }
}

/**
 * Merges two values. Maps are merged, lists are joined, and any other value of the resource
 * replaces the global one.
 */
function merge(global: Json, local: Json): Json {
  if (Array.isArray(global) && Array.isArray(local)) return [...global, ...local];
  if (isObject(global) && isObject(local) && !isIntrinsic(global) && !isIntrinsic(local)) {
    return mergeObjects(global, local);
  }
  return local;
}

function mergeObjects(global: JsonObject, local: JsonObject): JsonObject {
  const merged: JsonObject = { ...global };
  for (const [key, value] of Object.entries(local)) {
    const base = merged[key];
    merged[key] = base === undefined ? value : merge(base, value);
  }
  return merged;
}

function isIntrinsic(value: JsonObject): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && keys.some((key) => key === 'Ref' || key.startsWith('Fn::'));
}
