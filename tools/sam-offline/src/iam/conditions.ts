import { compilePattern } from './patterns.ts';
import { arnPattern } from './arn-pattern.ts';
import { compileAddressTest } from './ip-addresses.ts';
import type { ContextValue, RequestContext } from './request.ts';

/**
 * One line of a `Condition` block: an operator, a key and the values that the key is compared with.
 */
export interface Condition {
  /** `ForAnyValue:StringLike` */
  readonly operator: string;
  readonly key: string;
  holds(context: RequestContext): boolean;
}

/**
 * Tells whether a value of the request matches one value of the policy; undefined if a policy
 * variable has no value.
 */
type Comparison = (value: string, context: RequestContext) => boolean | undefined;

/** Compiles one value of the policy. Returns undefined if the value does not have this type. */
type Compiler = (expected: string, variables: boolean) => Comparison | undefined;

interface Operator {
  readonly compile: Compiler;
  /** True for operators such as `StringNotEquals`, which hold if no value of the policy matches. */
  readonly negated: boolean;
}

const text =
  (options: { ignoreCase: boolean; wildcards: boolean }): Compiler =>
  (expected, variables) => {
    const pattern = compilePattern(expected, { ...options, variables });
    return (value, context) => pattern.matches(value, context);
  };

const arn: Compiler = (expected, variables) => {
  const pattern = arnPattern(expected, variables);
  return pattern && ((value, context) => pattern.matches(value, context));
};

function ordered(
  parse: (value: string) => number | undefined,
  compare: (value: number, expected: number) => boolean,
): Compiler {
  return (expected) => {
    const bound = parse(expected);
    if (bound === undefined) return undefined;
    return (value) => {
      const number = parse(value);
      return number !== undefined && compare(number, bound);
    };
  };
}

const bool: Compiler = (expected) => {
  const wanted = expected.toLowerCase();
  if (wanted !== 'true' && wanted !== 'false') return undefined;
  return (value) => value.toLowerCase() === wanted;
};

const binary: Compiler = (expected) => (value) => value === expected;

const address: Compiler = (expected) => compileAddressTest(expected);

/** The operators, from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...withNegation('String', 'Equals', text({ ignoreCase: false, wildcards: false })),
  ...withNegation('String', 'EqualsIgnoreCase', text({ ignoreCase: true, wildcards: false })),
  ...withNegation('String', 'Like', text({ ignoreCase: false, wildcards: true })),
  ...withOrder('Numeric', parseNumber),
  ...withOrder('Date', parseDate),
  ['bool', { compile: bool, negated: false }],
  ['binaryequals', { compile: binary, negated: false }],
  ['ipaddress', { compile: address, negated: false }],
  ['notipaddress', { compile: address, negated: true }],
  // ArnEquals accepts wildcards, as ArnLike does.
  ...withNegation('Arn', 'Equals', arn),
  ...withNegation('Arn', 'Like', arn),
]);

function withNegation(type: string, name: string, compile: Compiler): [string, Operator][] {
  return [
    [`${type}${name}`.toLowerCase(), { compile, negated: false }],
    [`${type}Not${name}`.toLowerCase(), { compile, negated: true }],
  ];
}

function withOrder(
  type: string,
  parse: (value: string) => number | undefined,
): [string, Operator][] {
  const equals = ordered(parse, (value, expected) => value === expected);
  const name = type.toLowerCase();
  return [
    ...withNegation(type, 'Equals', equals),
    [`${name}lessthan`, { compile: ordered(parse, (a, b) => a < b), negated: false }],
    [`${name}lessthanequals`, { compile: ordered(parse, (a, b) => a <= b), negated: false }],
    [`${name}greaterthan`, { compile: ordered(parse, (a, b) => a > b), negated: false }],
    [`${name}greaterthanequals`, { compile: ordered(parse, (a, b) => a >= b), negated: false }],
  ];
}

type Quantifier = 'ForAllValues' | 'ForAnyValue';

/**
 * Compiles one line of a `Condition` block.
 *
 * @param operator the operator with its prefix (`ForAllValues:`, `ForAnyValue:`) and suffix
 * (`IfExists`)
 * @param values one of them has to match; for a negated operator, none of them may match
 * @returns the compiled line, or a sentence that says what was not understood
 */
export function compileCondition(
  operator: string,
  key: string,
  values: readonly string[],
  variables: boolean,
): Condition | string {
  const [, prefix, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/i.exec(operator) ?? [];
  const quantifier = (['ForAllValues', 'ForAnyValue'] as const).find(
    (known) => known.toLowerCase() === prefix?.toLowerCase(),
  );
  if (name.toLowerCase() === 'null' && ifExists === undefined && quantifier === undefined) {
    return compileNull(operator, key, values);
  }
  const found = OPERATORS.get(name.toLowerCase());
  if (found === undefined) return `"${operator}" is not a condition operator`;

  const comparisons: Comparison[] = [];
  for (const value of values) {
    const comparison = found.compile(value, variables);
    if (comparison === undefined) return `"${value}" is not a value for ${operator}`;
    comparisons.push(comparison);
  }
  return {
    operator,
    key,
    holds: (context) =>
      holds(context.get(key), quantifier, ifExists !== undefined, found.negated, (value) =>
        anyOf(comparisons, (comparison) => comparison(value, context)),
      ),
  };
}

function holds(
  value: ContextValue | undefined,
  quantifier: Quantifier | undefined,
  ifExists: boolean,
  negated: boolean,
  matches: (value: string) => boolean | undefined,
): boolean {
  const satisfies = (one: string): boolean => {
    const result = matches(one);
    return result !== undefined && result !== negated;
  };
  const isAbsent = value === undefined || (typeof value !== 'string' && value.length === 0);
  if (isAbsent) {
    if (ifExists) return true;
    if (quantifier !== undefined) return quantifier === 'ForAllValues';
    return negated;
  }
  const listed = typeof value === 'string' ? [value] : value;
  switch (quantifier) {
    case 'ForAllValues':
      return listed.every(satisfies);
    case 'ForAnyValue':
      return listed.some(satisfies);
    case undefined:
      // A key with several values needs a quantifier. Without one, it matches no value.
      return typeof value === 'string' ? satisfies(value) : negated;
  }
}

/**
 * True if the test is true for one item. Otherwise undefined if the test is undefined for one item,
 * else false.
 */
export function anyOf<T>(
  items: readonly T[],
  test: (item: T) => boolean | undefined,
): boolean | undefined {
  let result: boolean | undefined = false;
  for (const item of items) {
    const one = test(item);
    if (one === true) return true;
    if (one === undefined) result = undefined;
  }
  return result;
}

function compileNull(operator: string, key: string, values: readonly string[]): Condition | string {
  const wanted = values.map((value) => value.toLowerCase());
  if (wanted.some((value) => value !== 'true' && value !== 'false')) {
    return `"${values.join(', ')}" is not a value for Null; use "true" or "false"`;
  }
  return {
    operator,
    key,
    holds: (context) => wanted.includes(String(context.get(key) === undefined)),
  };
}

function parseNumber(value: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/**
 * Reads a date: ISO 8601, or seconds since 1970. @returns ms since 1970; undefined if it is neither
 */
function parseDate(value: string): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!/^\d{4}-\d{2}(?:-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)?$/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
