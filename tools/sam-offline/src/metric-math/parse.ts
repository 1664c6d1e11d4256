import { MetricMathError } from './errors.ts';
import type { Expression, Operator } from './expression.ts';
import { type Token, tokensOf } from './tokens.ts';

/** The limit of `MetricDataQuery.Expression`, in characters. */
const MAXIMUM_CHARACTERS = 2048;
/** The deepest nesting that is parsed. The parser calls itself once for each level. */
const MAXIMUM_DEPTH = 100;

/** The operators by their precedence, the lowest first. All of them are left-associative. */
const PRECEDENCE: readonly Readonly<Record<string, Operator>>[] = [
  { OR: 'OR', '||': 'OR' },
  { AND: 'AND', '&&': 'AND' },
  { '==': '==', '!=': '!=', '<=': '<=', '>=': '>=', '<': '<', '>': '>' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/' },
  { '^': '^' },
];

/**
 * Parses a metric math expression.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * @throws MetricMathError that says where the expression is wrong
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAXIMUM_CHARACTERS) {
    throw new MetricMathError(
      `The expression has ${text.length} characters; the limit is ${MAXIMUM_CHARACTERS}.`,
    );
  }
  if (/^\s*SELECT\s/i.test(text)) {
    throw new MetricMathError('sam-offline does not evaluate Metrics Insights queries (SELECT).');
  }
  return new Parser(tokensOf(text)).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#operation(0);
    if (this.#peek().kind !== 'end') throw this.#unexpected('an operator');
    return expression;
  }

  #operation(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return this.#operand();
    this.#enter();
    let left = this.#operation(level + 1);
    for (;;) {
      const token = this.#peek();
      const operator =
        (token.kind === 'symbol' || token.kind === 'name') && Object.hasOwn(operators, token.text)
          ? operators[token.text]
          : undefined;
      if (operator === undefined) break;
      this.#next += 1;
      left = { kind: 'operation', operator, left, right: this.#operation(level + 1) };
    }
    this.#depth -= 1;
    return left;
  }

  #operand(): Expression {
    const token = this.#peek();
    this.#next += 1;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'string') return { kind: 'string', value: token.text };
    if (token.kind === 'name') return this.#named(token.text);
    if (token.text === '-' && token.kind === 'symbol') {
      this.#enter();
      const operand = this.#operand();
      this.#depth -= 1;
      return { kind: 'negation', operand };
    }
    if (token.text === '(') {
      const inner = this.#operation(0);
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', elements: this.#until(']') };
    this.#next -= 1;
    throw this.#unexpected('a metric, a number, a function or "("');
  }

  #named(name: string): Expression {
    if (this.#peek().kind === 'symbol' && this.#peek().text === '(') {
      this.#next += 1;
      return { kind: 'call', name, parameters: this.#until(')') };
    }
    return { kind: /^[a-z]/.test(name) ? 'id' : 'keyword', name };
  }

  /** Reads values that commas separate, up to a closing bracket. */
  #until(closing: ')' | ']'): Expression[] {
    const elements: Expression[] = [];
    if (this.#peek().kind === 'symbol' && this.#peek().text === closing) {
      this.#next += 1;
      return elements;
    }
    for (;;) {
      elements.push(this.#operation(0));
      if (this.#peek().kind !== 'symbol' || this.#peek().text !== ',') break;
      this.#next += 1;
    }
    this.#expect(closing);
    return elements;
  }

  #expect(symbol: string): void {
    const token = this.#peek();
    if (token.kind !== 'symbol' || token.text !== symbol) throw this.#unexpected(`"${symbol}"`);
    this.#next += 1;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_DEPTH * PRECEDENCE.length) {
      throw new MetricMathError(`The expression is nested deeper than ${MAXIMUM_DEPTH} levels.`);
    }
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: 'the end', position: 0 };
  }

  #unexpected(expected: string): MetricMathError {
    const { kind, text, position } = this.#peek();
    return new MetricMathError(
      kind === 'end'
        ? `The expression ends where ${expected} is expected.`
        : `Unexpected "${text}" at character ${position + 1}; expected ${expected}.`,
    );
  }
}
