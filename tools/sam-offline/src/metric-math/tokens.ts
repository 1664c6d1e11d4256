import { MetricMathError } from './errors.ts';

export interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'symbol' | 'end';
  /** The text of the token. For a string, it is without the quotes. */
  readonly text: string;
  /** The number of characters from the start of the expression. */
  readonly position: number;
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<symbol>==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;

/**
 * Splits an expression into tokens. The last token is `end`.
 *
 * @throws MetricMathError for a character with which no token starts
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (text.slice(position).trim() !== '') {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match?.groups === undefined) {
      const at = position + text.slice(position).search(/\S/);
      throw new MetricMathError(`Unexpected "${text.charAt(at)}" at character ${at + 1}.`);
    }
    position = TOKEN.lastIndex;
    tokens.push(tokenOf(match.groups, position));
  }
  return [...tokens, { kind: 'end', text: 'the end', position: text.length }];
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, end: number): Token {
  const { number, name, single, double, symbol = '' } = groups;
  const string = single ?? double;
  if (string !== undefined)
    return { kind: 'string', text: string, position: end - string.length - 2 };
  const text = number ?? name ?? symbol;
  const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'symbol';
  return { kind, text, position: end - text.length };
}
