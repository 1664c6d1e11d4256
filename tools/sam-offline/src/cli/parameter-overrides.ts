import { UserError } from '../sam-offline-error.ts';

const value = String.raw`("(?:\\.|[^"\\])*"|(?:\\.|[^\s"\\])*)`;

/**
 * `ParameterKey=Name,ParameterValue=x` or `Name=x`, each up to the next blank. Blanks in quotes, or
 * after a backslash, belong to the value.
 */
const pairPattern = new RegExp(
  String.raw`\s*(?:ParameterKey=([A-Za-z0-9]+)\s*,\s*ParameterValue=${value}|([A-Za-z0-9]+)=${value})(?=\s|$)`,
  'y',
);

/**
 * Reads several pairs from one text, in the form that `parameter_overrides` of the SAM CLI has
 * (samcli/cli/types.py, `CfnParameterOverridesType`).
 *
 * @throws UserError that names the rest of the text which is not a pair
 */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  let at = 0;
  while (text.slice(at).trim() !== '') {
    pairPattern.lastIndex = at;
    const match = pairPattern.exec(text);
    if (match === null) {
      throw new UserError(`parameter overrides ${text.slice(at).trim()}: expected Key=Value`);
    }
    const [, longKey, longValue, key = longKey ?? '', shortValue = longValue ?? ''] = match;
    pairs[key] = unquoted(shortValue);
    at = pairPattern.lastIndex;
  }
  return pairs;
}

function unquoted(text: string): string {
  const inner = text.startsWith('"') ? text.slice(1, -1) : text;
  return inner.replaceAll(/\\(["\\ ])/g, '$1');
}

/**
 * Reads the pairs of `--parameter-overrides`. An argument is one pair, whose value may have blanks,
 * or several pairs in the SAM CLI's form.
 *
 * @throws UserError that names the argument that is not a pair
 */
export function parameterOverridesOf(args: readonly string[] = []): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const text of args) {
    if (text.startsWith('ParameterKey=')) {
      Object.assign(pairs, parsePairs(text));
      continue;
    }
    const at = text.indexOf('=');
    if (at < 1) throw new UserError(`--parameter-overrides ${text}: expected Key=Value`);
    pairs[text.slice(0, at)] = text.slice(at + 1);
  }
  return pairs;
}
