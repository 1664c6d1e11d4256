import type { BinaryOperator, Expression, Reference, Step } from './ast.ts';
import type { Scanner } from './scanner.ts';

/** Matches an identifier. Velocity's identifiers may contain hyphens. */
const IDENTIFIER = /[A-Za-z_][\w-]*/y;

/** The operators by precedence, the lowest first, with their names in words. */
const LEVELS: readonly (readonly [
  pattern: RegExp,
  names: Readonly<Record<string, BinaryOperator>>,
])[] = [
  [/\|\||or\b/y, { or: '||' }],
  [/&&|and\b/y, { and: '&&' }],
  [/==|!=|eq\b|ne\b/y, { eq: '==', ne: '!=' }],
  [/<=|>=|<|>|lt\b|le\b|gt\b|ge\b/y, { lt: '<', le: '<=', gt: '>', ge: '>=' }],
  [/[+-]/y, {}],
  [/[*/%]/y, {}],
];

/** Parses a string in double quotation marks, which is a template itself. */
export type ParseText = (text: string) => Expression;

/**
 * Parses an expression of a directive. It stops at the first character that does not belong to the
 * expression.
 * @throws TemplateSyntaxError if there is no expression
 */
export function parseExpression(scanner: Scanner, parseText: ParseText): Expression {
  return binary(0);

  function binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return unary();
    const [pattern, names] = operators;
    let left = binary(level + 1);
    for (;;) {
      scanner.skipSpace();
      const found = scanner.take(pattern)?.[0];
      if (found === undefined) return left;
      const operator = names[found] ?? (found as BinaryOperator);
      left = { type: 'binary', operator, left, right: binary(level + 1) };
    }
  }

  function unary(): Expression {
    scanner.skipSpace();
    if (scanner.take(/!(?!=)|not\b/y) !== undefined) return { type: 'not', operand: unary() };
    if (scanner.take(/-(?!\d)/y) !== undefined) return { type: 'minus', operand: unary() };
    return primary();
  }

  function primary(): Expression {
    const number = scanner.take(/-?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?/y)?.[0];
    if (number !== undefined) return { type: 'literal', value: Number(number) };
    const word = scanner.take(/(?:true|false|null)\b/y)?.[0];
    if (word !== undefined) return { type: 'literal', value: JSON.parse(word) as boolean | null };
    const quoted = takeString();
    if (quoted !== undefined) return quoted;
    switch (scanner.peek()) {
      case '$': {
        const reference = parseReference(scanner, parseText, true);
        if (reference === undefined) break;
        return { type: 'reference', reference };
      }
      case '(': {
        scanner.position++;
        const inner = binary(0);
        scanner.expect(')');
        return inner;
      }
      case '[':
        scanner.position++;
        return listOrRange();
      case '{':
        scanner.position++;
        return map();
    }
    throw scanner.error('expected a value');
  }

  /**
   * Parses a string. A backslash is an ordinary character, but a quotation mark after it does not
   * end the string. So `"\\'"` is the regular expression `\\'`.
   */
  function takeString(): Expression | undefined {
    const single = scanner.take(/'((?:[^']|'')*)'/y)?.[1];
    if (single !== undefined) return { type: 'literal', value: single.replaceAll("''", "'") };
    const double = scanner.take(/"((?:[^"\\]|\\[^]|"")*)"/y)?.[1];
    return double === undefined ? undefined : parseText(double.replaceAll('""', '"'));
  }

  function listOrRange(): Expression {
    scanner.skipSpace();
    if (scanner.takeText(']')) return { type: 'list', items: [] };
    const first = binary(0);
    scanner.skipSpace();
    if (scanner.takeText('..')) {
      const to = binary(0);
      scanner.expect(']');
      return { type: 'range', from: first, to };
    }
    const items = [first];
    while (scanner.takeText(',')) {
      items.push(binary(0));
      scanner.skipSpace();
    }
    scanner.expect(']');
    return { type: 'list', items };
  }

  function map(): Expression {
    const entries: [Expression, Expression][] = [];
    scanner.skipSpace();
    if (scanner.takeText('}')) return { type: 'map', entries };
    do {
      scanner.skipSpace();
      const key = binary(0);
      scanner.expect(':');
      entries.push([key, binary(0)]);
      scanner.skipSpace();
    } while (scanner.takeText(','));
    scanner.expect('}');
    return { type: 'map', entries };
  }
}

/** Parses the arguments of a call after its opening parenthesis, up to the closing one. */
export function parseArguments(
  scanner: Scanner,
  parseText: ParseText,
  separator = /,/y,
): Expression[] {
  const given: Expression[] = [];
  scanner.skipSpace();
  if (scanner.takeText(')')) return given;
  for (;;) {
    given.push(parseExpression(scanner, parseText));
    scanner.skipSpace();
    if (scanner.takeText(')')) return given;
    if (scanner.take(separator) === undefined) throw scanner.error('expected , or )');
    scanner.skipSpace();
  }
}

/**
 * Parses a reference: `$name`, `$!name`, `${name.member}`. If the dollar sign is only text, it
 * returns undefined and does not move the position.
 *
 * @param isExpression whether the reference is in a directive, where a dot at its end is not text
 */
export function parseReference(
  scanner: Scanner,
  parseText: ParseText,
  isExpression = false,
): Reference | undefined {
  const start = scanner.position;
  const opening = scanner.take(/\$!?(\{\s*)?/y);
  const isFormal = opening?.[1] !== undefined;
  const name = opening && scanner.take(IDENTIFIER)?.[0];
  if (name === undefined) {
    scanner.position = start;
    return undefined;
  }
  const steps: Step[] = [];
  for (;;) {
    const step = parseStep(scanner, parseText, isExpression);
    if (step === undefined) break;
    steps.push(step);
  }
  if (isFormal) {
    scanner.skipSpace();
    if (!scanner.takeText('}')) {
      scanner.position = start;
      return undefined;
    }
  }
  return { name, steps };
}

function parseStep(
  scanner: Scanner,
  parseText: ParseText,
  isExpression: boolean,
): Step | undefined {
  const start = scanner.position;
  if (scanner.take(/\.(?=[A-Za-z_])/y) !== undefined) {
    const name = scanner.take(IDENTIFIER)?.[0] ?? '';
    if (scanner.take(isExpression ? /\s*\(/y : /\(/y) === undefined) {
      return { type: 'member', name };
    }
    return { type: 'method', name, arguments: parseArguments(scanner, parseText) };
  }
  if (!scanner.takeText('[')) return undefined;
  try {
    const index = parseExpression(scanner, parseText);
    scanner.expect(']');
    return { type: 'index', index };
  } catch {
    // The bracket may be text that follows `$name`.
    scanner.position = start;
    return undefined;
  }
}
