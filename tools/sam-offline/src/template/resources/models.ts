import { isObject } from '../json.ts';
import type { Reader } from '../reader.ts';

/** Reads the JSON schema of a model, which may be a string in a template. */
export function schemaOf(model: Reader): object | undefined {
  const schema = model.json('Schema');
  if (isObject(schema)) return schema;
  model.expected('Schema', 'a JSON schema');
  return undefined;
}
