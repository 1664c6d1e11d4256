import { FilterPatternError } from './errors.ts';
import { regexOf } from './regex.ts';
import { wildcardTest } from './wildcard.ts';

export type Comparator = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** What a selector or a field is compared with. */
export type Operand =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  /** In quotes or not; with `*` for any characters. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string };

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** An operand that is not in quotes: a number, or a text. */
export function bareOperand(text: string): Operand {
  return NUMBER.test(text) ? { kind: 'number', value: Number(text), text } : { kind: 'text', text };
}

/**
 * The test of a comparison.
 *
 * @returns a function of the value, which says whether the comparison holds
 * @throws FilterPatternError where texts are compared by size
 */
export function comparisonOf(
  comparator: Comparator,
  operand: Operand,
): (value: unknown) => boolean {
  if (comparator === '=' || comparator === '!=') {
    const isEqual = equalityOf(operand);
    return comparator === '=' ? isEqual : (value) => !isEqual(value);
  }
  if (operand.kind !== 'number') {
    throw new FilterPatternError(
      `"${comparator}" compares with a number, not with "${operand.kind === 'text' ? operand.text : operand.source}".`,
    );
  }
  const limit = operand.value;
  const holds = {
    '<': (value: number) => value < limit,
    '>': (value: number) => value > limit,
    '<=': (value: number) => value <= limit,
    '>=': (value: number) => value >= limit,
  }[comparator];
  return (value) => {
    const number = numberOf(value);
    return number !== undefined && holds(number);
  };
}

function equalityOf(operand: Operand): (value: unknown) => boolean {
  if (operand.kind === 'regex') {
    const expression = regexOf(operand.source);
    return (value) => {
      const text = textOf(value);
      return text !== undefined && expression.test(text);
    };
  }
  const matches = wildcardTest(operand.text);
  return (value) => {
    if (operand.kind === 'number' && numberOf(value) === operand.value) return true;
    const text = textOf(value);
    return text !== undefined && matches(text);
  };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
