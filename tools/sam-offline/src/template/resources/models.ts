import { isObject } from '../json.ts';
import type { Reader } from '../reader.ts';

/** The JSON schema of a model, which some templates write as a text. */
export function schemaOf(model: Reader): object | undefined {
  const written = model.value('Schema');
  if (isObject(written)) return written;
  if (typeof written === 'string') {
    try {
      const parsed: unknown = JSON.parse(written);
      if (typeof parsed === 'object' && parsed !== null) return parsed;
    } catch {
      // It is reported below.
    }
  }
  model.expected('Schema', 'a JSON schema');
  return undefined;
}
