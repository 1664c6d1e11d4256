/** A field of a JSON line that has a correlation id, by the names that it has in most logs. */
const FIELD = /"(?:x-)?correlation[-_]?id"\s*:\s*"([^"\\]{1,200})"/gi;

/** What every line with such a field contains: a cheap first test. */
export const CORRELATION_MARK = 'orrelation';

/** The correlation ids in a log line. */
export function correlationIdsOf(text: string): string[] {
  return Array.from(text.matchAll(FIELD), ([, id = '']) => id);
}
