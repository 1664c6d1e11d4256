import { FilterPatternError } from './errors.ts';

/** The most regular expressions in one pattern. */
export const MAXIMUM_REGEXES = 2;

/**
 * The characters of a regular expression: letters, digits, the symbols and operators that
 * CloudWatch Logs takes, and the characters that may follow `\`.
 */
const SUPPORTED = /^(?:[A-Za-z0-9 :_#=@/;,\-^$?[\]{}|*+.]|\\[\x21-\x7e])*$/;

/**
 * Makes a regular expression of the text between two `%`.
 *
 * @throws FilterPatternError for parentheses and other characters that CloudWatch Logs does not
 *   take
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
