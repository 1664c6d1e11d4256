import { isObject } from '../json.ts';
import type { Reader } from '../reader.ts';

/** The JSON schema of a model, which some templates write as a text. */
export function schemaOf(model: Reader): object | undefined {
  const schema = model.json('Schema');
  if (isObject(schema)) return schema;
  model.expected('Schema', 'a JSON schema');
  return undefined;
}
