import { FilterPatternError } from './errors.ts';
import { parseFields } from './fields.ts';
import { parseJsonPattern } from './json-pattern.ts';
import { parseTerms } from './terms.ts';
import type { LogFilter } from './log-filter.ts';

const MAXIMUM_CHARACTERS = 1024;

/**
 * Reads a filter pattern of CloudWatch Logs: terms (`ERROR -retry "time out" %[45]\d\d%`), a
 * condition on JSON (`{ $.level = "ERROR" && $.durationMs > 500 }`), or a condition on fields that
 * spaces separate (`[ip, user, ..., status = 5*]`). An empty pattern admits everything.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @throws FilterPatternError that says where the pattern is wrong
 */
export function parseFilterPattern(pattern: string): LogFilter {
  if (pattern.length > MAXIMUM_CHARACTERS) {
    throw new FilterPatternError(
      `The filter pattern has ${pattern.length} characters; the limit is ${MAXIMUM_CHARACTERS}.`,
    );
  }
  const text = pattern.trim();
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) return parseFields(text);
  return parseTerms(text);
}
