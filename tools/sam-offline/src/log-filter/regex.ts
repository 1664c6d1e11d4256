import { FilterPatternError } from './errors.ts';

/** Of all expressions in one pattern. */
export const MAXIMUM_REGEXES = 2;

/** Letters, digits, the symbols and operators that CloudWatch Logs takes, and what `\` may precede. */
const SUPPORTED = /^(?:[A-Za-z0-9 :_#=@/;,\-^$?[\]{}|*+.]|\\[\x21-\x7e])*$/;

/**
 * Makes a regular expression of what stands between two `%`.
 *
 * @throws FilterPatternError for parentheses and others that CloudWatch Logs does not take
 */
export function regexOf(source: string): RegExp {
  if (source === '') throw new FilterPatternError('There is nothing between the two "%".');
  if (!SUPPORTED.test(source)) {
    throw new FilterPatternError(
      `The regular expression %${source}% has characters that CloudWatch Logs does not take, such as parentheses.`,
    );
  }
  try {
    return new RegExp(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FilterPatternError(`The regular expression %${source}% is wrong: ${reason}`);
  }
}
