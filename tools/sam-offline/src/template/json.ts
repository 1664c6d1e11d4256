/** A value of a template after YAML's tags were converted to their long form. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** The path of a value in the template: `['Resources', 'Connect', 'Properties', 'Timeout']`. */
export type Path = readonly (string | number)[];

/** Tells whether a value is a map. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes a path: `Resources.Connect.Properties.Layers[0]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** Gives the shortened JSON of a value, for messages. */
export function show(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Gives the key of an object that has exactly one key; otherwise undefined. */
export function singleKey(value: JsonObject): string | undefined {
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : undefined;
}

/**
 * Gives the value of a property of CloudFormation's type Json, such as a policy or an event
 * pattern. The template may have it as a string. A string that is not JSON is not changed.
 */
export function parsedJson(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
