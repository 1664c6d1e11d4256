import { createHash } from 'node:crypto';
import type { ResourceEntry } from '../entries.ts';
import type { Json } from '../json.ts';
import { isObject, singleKey } from '../json.ts';
import type { ExpansionContext, IdPattern } from './expansion.ts';

/** Makes a resource that SAM generates from another one. It exists if that one exists. */
export function generated(
  owner: ResourceEntry,
  logicalId: string,
  type: string,
  more: Partial<ResourceEntry> = {},
): ResourceEntry {
  return {
    logicalId,
    type,
    properties: {},
    path: owner.path,
    metadata: {},
    ...(owner.condition === undefined ? {} : { condition: owner.condition }),
    dependsOn: [],
    generatedBy: owner.logicalId,
    ...more,
  };
}

/**
 * The length of SAM's hashes, in characters (`HASH_LENGTH` in
 * samtranslator/translator/logical_id_generator.py).
 */
const hashLength = 10;

/**
 * Makes the hash at the end of an id that depends on the resource's content: the first ten digits
 * of the SHA-1 of a text, or of compact JSON with sorted keys
 * (samtranslator/translator/logical_id_generator.py). A reference to a parameter is replaced with
 * its value.
 */
export function hashOf(data: Json, { parameters }: ExpansionContext): string {
  const text = ((): string => {
    if (typeof data === 'string') return data;
    const name = isObject(data) && singleKey(data) === 'Ref' ? data.Ref : undefined;
    const value = typeof name === 'string' ? parameters.get(name) : undefined;
    return typeof value === 'string' ? value : JSON.stringify(sorted(value ?? data));
  })();
  return createHash('sha1').update(text).digest('hex').slice(0, hashLength);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

/**
 * Makes a pattern for ids with a prefix and a hash of content that is not known before the
 * deployment, such as a function's code.
 */
export function hashed(prefix: string, entry: ResourceEntry): IdPattern {
  return { pattern: new RegExp(`^${prefix}[0-9a-f]{${hashLength}}$`), entry };
}
