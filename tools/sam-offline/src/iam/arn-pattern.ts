import { compilePattern, type Pattern } from './patterns.ts';

/**
 * The number of segments in `arn:partition:service:region:account:resource`. The resource may
 * contain colons.
 */
const SEGMENTS = 6;

/**
 * Compiles the pattern of an ARN. Each of the first five segments is compared separately, so a `*`
 * in one of them does not match a colon. In the sixth segment it does. A pattern that ends early
 * with a `*` (`arn:aws:dynamodb:*`) gets `*` for each missing segment.
 *
 * @param variables whether the pattern may contain policy variables
 * @returns undefined if the text is neither `*` nor an ARN
 */
export function arnPattern(text: string, variables: boolean): Pattern | undefined {
  const options = { ignoreCase: false, wildcards: true, variables };
  if (text === '*') return compilePattern(text, options);
  const segments = splitArn(text);
  if (segments[0] !== 'arn') return undefined;
  if (segments.length < SEGMENTS) {
    if (!text.endsWith('*')) return undefined;
    while (segments.length < SEGMENTS) segments.push('*');
  }
  const patterns = segments.map((segment) => compilePattern(segment, options));
  return {
    text,
    matches(value, context) {
      const given = splitArn(value);
      if (given.length !== SEGMENTS) return false;
      const results = patterns.map((pattern, index) =>
        pattern.matches(given[index] ?? '', context),
      );
      if (results.includes(false)) return false;
      return results.includes(undefined) ? undefined : true;
    },
  };
}

/**
 * Splits an ARN into at most six segments. A colon in a policy variable (`${aws:username}`) does
 * not separate segments.
 */
function splitArn(text: string): string[] {
  const segments: string[] = [];
  let start = 0;
  let inVariable = false;
  for (let at = 0; at < text.length && segments.length < SEGMENTS - 1; at++) {
    const character = text.charAt(at);
    if (text.startsWith('${', at)) inVariable = true;
    else if (character === '}') inVariable = false;
    else if (character === ':' && !inVariable) {
      segments.push(text.slice(start, at));
      start = at + 1;
    }
  }
  segments.push(text.slice(start));
  return segments;
}
