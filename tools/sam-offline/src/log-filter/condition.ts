import { bareOperand, comparisonOf, type Comparator, type Operand } from './comparison.ts';
import { FilterPatternError } from './errors.ts';
import { MAXIMUM_REGEXES } from './regex.ts';

/** Whether a condition holds for the values that were read from a message. */
export type Condition<Subject> = (subject: Subject) => boolean;

/** Reads the subject of a comparison, `$.a.b` or the name of a field, from the start of a text. */
export type ReadSelector<Subject> = (text: string) =>
  | {
      /** The length of the subject in characters. */
      readonly length: number;
      /** The values that it selects. There are none if the property is missing. */
      readonly select: (subject: Subject) => readonly unknown[];
    }
  | undefined;

const SPACE = /\s*/y;
const COMPARATOR = /!=|<=|>=|=|<|>/y;
const POSTFIX = /(?:IS\s+(NULL|TRUE|FALSE)|NOT\s+(EXISTS))\b/iy;
const OPERAND = /"((?:[^"\\]|\\[^])*)"|%((?:[^%\\]|\\[^])*)%|([^\s"%()&|,{}\]]+)/y;

/**
 * Reads comparisons that are joined by `&&` and `||`, with parentheses. `&&` has the higher
 * precedence. No comparison with a missing property holds, not even `!=`: use `NOT EXISTS`.
 *
 * @throws FilterPatternError
 */
export class ConditionParser<Subject> {
  readonly #text: string;
  readonly #readSelector: ReadSelector<Subject>;
  readonly #isPostfixAllowed: boolean;
  #position = 0;
  #regexes = 0;

  constructor(
    text: string,
    readSelector: ReadSelector<Subject>,
    options: { readonly isPostfixAllowed: boolean; readonly regexesBefore?: number },
  ) {
    this.#text = text;
    this.#readSelector = readSelector;
    this.#isPostfixAllowed = options.isPostfixAllowed;
    this.#regexes = options.regexesBefore ?? 0;
  }

  /** How many regular expressions the pattern has so far. */
  get regexes(): number {
    return this.#regexes;
  }

  parse(): Condition<Subject> {
    const condition = this.#either(0);
    this.#take(SPACE);
    if (this.#position < this.#text.length) throw this.#unexpected('"&&", "||" or the end');
    return condition;
  }

  #either(depth: number): Condition<Subject> {
    const alternatives = [this.#every(depth)];
    while (this.#symbol('||')) alternatives.push(this.#every(depth));
    return (subject) => alternatives.some((holds) => holds(subject));
  }

  #every(depth: number): Condition<Subject> {
    const conditions = [this.#one(depth)];
    while (this.#symbol('&&')) conditions.push(this.#one(depth));
    return (subject) => conditions.every((holds) => holds(subject));
  }

  #one(depth: number): Condition<Subject> {
    if (!this.#symbol('(')) return this.#comparison();
    if (depth > 50) throw new FilterPatternError('The filter pattern is nested too deeply.');
    const inner = this.#either(depth + 1);
    if (!this.#symbol(')')) throw this.#unexpected('")"');
    return inner;
  }

  #comparison(): Condition<Subject> {
    this.#take(SPACE);
    const selector = this.#readSelector(this.#text.slice(this.#position));
    if (selector === undefined) throw this.#unexpected('a selector');
    this.#position += selector.length;
    const { select } = selector;
    this.#take(SPACE);
    const postfix = this.#isPostfixAllowed ? this.#take(POSTFIX) : undefined;
    if (postfix !== undefined) return postfixCondition(select, postfix);
    const comparator = this.#take(COMPARATOR)?.[0];
    if (comparator === undefined) throw this.#unexpected('an operator, such as "="');
    this.#take(SPACE);
    const holds = comparisonOf(comparator as Comparator, this.#operand());
    return (subject) => select(subject).some(holds);
  }

  #operand(): Operand {
    const match = this.#take(OPERAND);
    if (match === undefined) throw this.#unexpected('a value');
    const [, quoted, regex, bare] = match;
    if (bare !== undefined) return bareOperand(bare);
    if (quoted !== undefined) return { kind: 'text', text: quoted.replaceAll(/\\([^])/g, '$1') };
    this.#regexes += 1;
    if (this.#regexes > MAXIMUM_REGEXES) {
      throw new FilterPatternError(
        `The filter pattern has more than ${MAXIMUM_REGEXES} regular expressions.`,
      );
    }
    return { kind: 'regex', source: regex ?? '' };
  }

  #symbol(symbol: string): boolean {
    this.#take(SPACE);
    if (!this.#text.startsWith(symbol, this.#position)) return false;
    this.#position += symbol.length;
    return true;
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#position;
    const match = expression.exec(this.#text);
    if (match === null) return undefined;
    this.#position = expression.lastIndex;
    return match;
  }

  #unexpected(expected: string): FilterPatternError {
    const rest = this.#text.slice(this.#position).trim();
    return new FilterPatternError(
      rest === ''
        ? `The filter pattern ends where ${expected} is expected.`
        : `The filter pattern has "${rest}" where ${expected} is expected.`,
    );
  }
}

function postfixCondition<Subject>(
  select: (subject: Subject) => readonly unknown[],
  [, is]: RegExpExecArray,
): Condition<Subject> {
  if (is === undefined) return (subject) => select(subject).length === 0;
  const wanted = { NULL: null, TRUE: true, FALSE: false }[is.toUpperCase()];
  return (subject) => select(subject).some((value) => value === wanted);
}
