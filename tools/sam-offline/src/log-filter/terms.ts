import { FilterPatternError } from './errors.ts';
import type { LogFilter } from './log-filter.ts';
import { MAXIMUM_REGEXES, regexOf } from './regex.ts';

interface Term {
  readonly prefix: '' | '?' | '-';
  readonly matches: LogFilter;
}

const TERM =
  /\s*(?<prefix>[?-]?)(?:"(?<phrase>(?:[^"\\]|\\[^])*)"|%(?<regex>(?:[^%\\]|\\[^])*)%|(?<word>[^\s"%]+))/y;

/**
 * Reads terms, which may be anywhere in a message. The message has to have all of them, at least
 * one of those with a `?`, and none of those with a `-`. As on AWS, terms with a `?` count only if
 * there are no others.
 *
 * @throws FilterPatternError
 */
export function parseTerms(text: string): LogFilter {
  const terms: Term[] = [];
  let regexes = 0;
  let position = 0;
  while (position < text.trimEnd().length) {
    TERM.lastIndex = position;
    const groups = TERM.exec(text)?.groups;
    if (groups === undefined) {
      throw new FilterPatternError(
        `The filter pattern is wrong at "${text.slice(position).trim()}": a quotation mark or "%" is not closed.`,
      );
    }
    position = TERM.lastIndex;
    if (groups.regex !== undefined) regexes += 1;
    terms.push(termOf(groups));
  }
  if (regexes > MAXIMUM_REGEXES) {
    throw new FilterPatternError(
      `The filter pattern has ${regexes} regular expressions; the limit is ${MAXIMUM_REGEXES}.`,
    );
  }
  const optional = terms.filter(({ prefix }) => prefix === '?');
  if (optional.length === terms.length && terms.length > 0) {
    return (message) => optional.some(({ matches }) => matches(message));
  }
  const required = terms.filter(({ prefix }) => prefix === '');
  const excluded = terms.filter(({ prefix }) => prefix === '-');
  return (message) =>
    required.every(({ matches }) => matches(message)) &&
    !excluded.some(({ matches }) => matches(message));
}

function termOf({
  prefix,
  phrase,
  regex,
  word,
}: Readonly<Record<string, string | undefined>>): Term {
  const sign = prefix === '?' || prefix === '-' ? prefix : '';
  if (regex !== undefined) {
    const expression = regexOf(regex);
    return { prefix: sign, matches: (message) => expression.test(message) };
  }
  if (word !== undefined && !/^[\p{L}\p{N}_]+$/u.test(word)) {
    throw new FilterPatternError(
      `Invalid character(s) in term '${word}': put terms with other characters than letters, digits and "_" in double quotes.`,
    );
  }
  const wanted = word ?? (phrase ?? '').replaceAll(/\\([^])/g, '$1');
  return { prefix: sign, matches: (message) => message.includes(wanted) };
}
