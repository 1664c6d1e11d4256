/** The names that most logs use for a correlation id, as fields of a JSON line. */
const FIELD = /"(?:x-)?correlation[-_]?id"\s*:\s*"([^"\\]{1,200})"/gi;

/** A text that every line with such a field contains. It is a fast first test. */
export const CORRELATION_MARK = 'orrelation';

/** The correlation ids in a log line. */
export function correlationIdsOf(text: string): string[] {
  return Array.from(text.matchAll(FIELD), ([, id = '']) => id);
}
