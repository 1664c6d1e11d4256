import { recordOf, textOf } from './call.ts';

/** The parts of a PartiQL statement that become values of condition keys. */
export interface StatementKeys {
  /** The top-level attributes that the statement names. */
  readonly attributes: readonly string[];
  /** The values that the statement gives for the partition key. */
  readonly leadingKeys: readonly string[];
}

interface Token {
  readonly type: 'text' | 'name' | 'number' | 'word' | 'parameter' | 'sign';
  readonly text: string;
  /** The index of a parameter, counted from 0. */
  readonly place?: number;
}

const TOKEN =
  /'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([a-z_]\w*)|(\?)|(<>|<=|>=|[^\s])/gi;

/** Words that are not attribute names, in capital letters. */
const KEYWORDS = new Set([
  ...['SELECT', 'FROM', 'WHERE', 'INSERT', 'INTO', 'VALUE', 'UPDATE', 'SET', 'REMOVE', 'DELETE'],
  ...['AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'IS', 'NULL', 'MISSING', 'TRUE', 'FALSE', 'EXISTS'],
]);

/**
 * Reads which attributes a PartiQL statement names, and which values it gives for the partition
 * key. These are the values of `pk = …` and `pk IN […]` if every item has to match one of them, or
 * the value that the statement inserts.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
 *
 * @param parameters the request's `Parameters`, the values for each `?` of the statement
 */
export function statementKeys(
  statement: string,
  parameters: readonly unknown[],
  partitionKey: string | undefined,
): StatementKeys {
  const tokens = tokensOf(statement);
  const verb = tokens.find(({ type }) => type === 'word')?.text.toUpperCase();
  if (verb === 'INSERT') return insertedKeys(tokens, parameters, partitionKey);
  const end = wordAt(tokens, 'ORDER') ?? wordAt(tokens, 'RETURNING') ?? tokens.length;
  const where = Math.min(wordAt(tokens, 'WHERE') ?? end, end);
  const from = wordAt(tokens, 'FROM') ?? 0;
  // The part before the condition has the names that are selected, or set and removed.
  const before =
    verb === 'UPDATE' ? tokens.slice(wordAt(tokens, 'SET', 'REMOVE') ?? where, where) : [];
  const selected = tokens.slice(0, verb === 'DELETE' || verb === 'UPDATE' ? 0 : from);
  const condition = tokens.slice(where, end);
  return {
    attributes: [...new Set([...selected, ...before, ...condition].flatMap(nameAt))],
    leadingKeys: conditionKeys(condition, parameters, partitionKey),
  };
}

function tokensOf(statement: string): Token[] {
  let place = 0;
  return [...statement.matchAll(TOKEN)].map(([, text, name, number, word, parameter, sign]) => {
    if (text !== undefined) return { type: 'text', text: text.replaceAll("''", "'") };
    if (name !== undefined) return { type: 'name', text: name.replaceAll('""', '"') };
    if (number !== undefined) return { type: 'number', text: number };
    if (word !== undefined) return { type: 'word', text: word };
    if (parameter !== undefined) return { type: 'parameter', text: parameter, place: place++ };
    return { type: 'sign', text: sign ?? '' };
  });
}

/** Finds the index of the first token that is one of these words. */
function wordAt(tokens: readonly Token[], ...words: readonly string[]): number | undefined {
  const at = tokens.findIndex(
    ({ type, text }) => type === 'word' && words.includes(text.toUpperCase()),
  );
  return at === -1 ? undefined : at;
}

/**
 * Gives the attribute that a token names, in a list. The list is empty for a function, a keyword,
 * or a member of another attribute.
 */
function nameAt({ type, text }: Token, index: number, tokens: readonly Token[]): string[] {
  if (type !== 'name' && type !== 'word') return [];
  if (tokens[index - 1]?.text === '.' && tokens[index - 1]?.type === 'sign') return [];
  if (type === 'word' && (KEYWORDS.has(text.toUpperCase()) || isSign(tokens[index + 1], '('))) {
    return [];
  }
  return [text];
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.type === 'sign' && token.text === sign;
}

function valueOf(token: Token | undefined, parameters: readonly unknown[]): string | undefined {
  if (token?.type === 'text' || token?.type === 'number') return token.text;
  if (token?.type !== 'parameter') return undefined;
  const { S, N, B } = recordOf(parameters[token.place ?? 0]);
  return textOf(S) ?? textOf(N) ?? textOf(B);
}

function conditionKeys(
  condition: readonly Token[],
  parameters: readonly unknown[],
  partitionKey: string | undefined,
): string[] {
  // With an OR, an item may match without having one of the values in its partition key.
  if (partitionKey === undefined || wordAt(condition, 'OR') !== undefined) return [];
  return condition.flatMap((token, index): string[] => {
    if (nameAt(token, index, condition)[0] !== partitionKey) return [];
    if (wordAt(condition.slice(Math.max(0, index - 1), index), 'NOT') !== undefined) return [];
    const next = condition[index + 1];
    if (isSign(next, '=')) return [valueOf(condition[index + 2], parameters) ?? []].flat();
    if (next?.type !== 'word' || next.text.toUpperCase() !== 'IN') return [];
    const rest = condition.slice(index + 3);
    const end = rest.findIndex((one) => isSign(one, ']') || isSign(one, ')'));
    return rest
      .slice(0, end === -1 ? undefined : end)
      .flatMap((one) => valueOf(one, parameters) ?? []);
  });
}

/** Reads the keys of `VALUE {'pk': 'a', 'title': ?}`. */
function insertedKeys(
  tokens: readonly Token[],
  parameters: readonly unknown[],
  partitionKey: string | undefined,
): StatementKeys {
  const attributes: string[] = [];
  const leadingKeys: string[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'sign' && '{[<'.includes(token.text)) depth += 1;
    if (token.type === 'sign' && '}]>'.includes(token.text)) depth -= 1;
    if (depth !== 1 || !isSign(tokens[index + 1], ':')) continue;
    attributes.push(token.text);
    const value = valueOf(tokens[index + 2], parameters);
    if (token.text === partitionKey && value !== undefined) leadingKeys.push(value);
  }
  return { attributes, leadingKeys };
}
