import type { AlarmState } from '../events/index.ts';
import { SamOfflineError } from '../sam-offline-error.ts';

/** A composite alarm's rule that CloudWatch would refuse. */
export class AlarmRuleError extends SamOfflineError {
  override readonly name = 'AlarmRuleError';
}

export interface AlarmRule {
  /** The names of the alarms that the rule depends on. */
  readonly alarmNames: readonly string[];
  /**
   * Whether the rule holds.
   *
   * @param stateOf returns the state of an alarm by its name
   */
  readonly holds: (stateOf: (alarmName: string) => AlarmState) => boolean;
}

type Test = AlarmRule['holds'];

const STATES = new Set<string>(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
/**
 * Names in double quotes may have any character. Others end at a space, a comma or a parenthesis.
 */
const TOKEN = /\s*(?:"((?:[^"\\]|\\[^])*)"|([(),])|([^\s(),"]+))/y;
const MAXIMUM_CHARACTERS = 10_240;
const MAXIMUM_DEPTH = 50;

interface Token {
  readonly kind: 'text' | 'symbol' | 'word';
  readonly text: string;
}

/**
 * Reads the rule of a composite alarm: `ALARM(…)`, `OK(…)` and `INSUFFICIENT_DATA(…)` with the name or
 * the ARN of an alarm, `TRUE`, `FALSE`, `AND`, `OR`, `NOT`, parentheses, and
 * `AT_LEAST(2, ALARM, (a, b, c))` (or `50%`).
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 *
 * @throws AlarmRuleError
 */
export function parseAlarmRule(rule: string): AlarmRule {
  if (rule.length > MAXIMUM_CHARACTERS) {
    throw new AlarmRuleError(
      `The rule has ${rule.length} characters; the limit is ${MAXIMUM_CHARACTERS}.`,
    );
  }
  return new Parser(rule).parse();
}

/** The name of an alarm that a rule gives by its name or its ARN. */
export function alarmNameOf(nameOrArn: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

class Parser {
  readonly #tokens: Token[] = [];
  readonly #names = new Set<string>();
  #next = 0;
  #depth = 0;

  constructor(rule: string) {
    let position = 0;
    const end = rule.trimEnd().length;
    while (position < end) {
      TOKEN.lastIndex = position;
      const match = TOKEN.exec(rule);
      if (match === null) throw new AlarmRuleError('A quotation mark of the rule is not closed.');
      position = TOKEN.lastIndex;
      const [, text, symbol, word] = match;
      if (text !== undefined) {
        this.#tokens.push({ kind: 'text', text: text.replaceAll(/\\([^])/g, '$1') });
      } else if (symbol !== undefined) this.#tokens.push({ kind: 'symbol', text: symbol });
      else this.#tokens.push({ kind: 'word', text: word ?? '' });
    }
  }

  parse(): AlarmRule {
    const holds = this.#either();
    if (this.#peek() !== undefined) throw this.#unexpected('AND, OR or the end');
    return { alarmNames: [...this.#names], holds };
  }

  #either(): Test {
    const tests = [this.#every()];
    while (this.#takeWord('OR')) tests.push(this.#every());
    return (stateOf) => tests.some((test) => test(stateOf));
  }

  #every(): Test {
    const tests = [this.#one()];
    while (this.#takeWord('AND')) tests.push(this.#one());
    return (stateOf) => tests.every((test) => test(stateOf));
  }

  #one(): Test {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_DEPTH) throw new AlarmRuleError('The rule is nested too deeply.');
    const test = this.#operand();
    this.#depth -= 1;
    return test;
  }

  #operand(): Test {
    if (this.#takeWord('NOT')) {
      const test = this.#one();
      return (stateOf) => !test(stateOf);
    }
    if (this.#takeSymbol('(')) {
      const test = this.#either();
      this.#expect(')');
      return test;
    }
    if (this.#takeWord('TRUE')) return () => true;
    if (this.#takeWord('FALSE')) return () => false;
    if (this.#takeWord('AT_LEAST')) return this.#atLeast();
    const state = this.#takeState();
    this.#expect('(');
    const name = this.#takeName();
    this.#expect(')');
    return (stateOf) => stateOf(name) === state;
  }

  #atLeast(): Test {
    this.#expect('(');
    const [, number, percent] = /^(\d+)(%?)$/.exec(this.#take('a number').text) ?? [];
    if (number === undefined)
      throw new AlarmRuleError('AT_LEAST starts with a number or a percentage.');
    this.#expect(',');
    const isNegated = this.#takeWord('NOT');
    const state = this.#takeState();
    this.#expect(',');
    this.#expect('(');
    const names = [this.#takeName()];
    while (this.#takeSymbol(',')) names.push(this.#takeName());
    this.#expect(')');
    this.#expect(')');
    const needed =
      percent === '%' ? Math.ceil((Number(number) / 100) * names.length) : Number(number);
    return (stateOf) =>
      names.filter((name) => (stateOf(name) === state) !== isNegated).length >= needed;
  }

  #takeState(): string {
    const token = this.#peek();
    const state = token?.text.toUpperCase() ?? '';
    if (token?.kind !== 'word' || !STATES.has(state)) {
      throw this.#unexpected('ALARM, OK, INSUFFICIENT_DATA, NOT, TRUE, FALSE or "("');
    }
    this.#next += 1;
    return state;
  }

  #takeName(): string {
    const token = this.#take('the name or ARN of an alarm');
    const name = alarmNameOf(token.text);
    this.#names.add(name);
    return name;
  }

  #take(expected: string): Token {
    const token = this.#peek();
    if (token === undefined || token.kind === 'symbol') throw this.#unexpected(expected);
    this.#next += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'word' || token.text.toUpperCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#unexpected(`"${symbol}"`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #unexpected(expected: string): AlarmRuleError {
    const found = this.#peek()?.text;
    return new AlarmRuleError(
      found === undefined
        ? `The rule ends where ${expected} is expected.`
        : `The rule has "${found}" where ${expected} is expected.`,
    );
  }
}
