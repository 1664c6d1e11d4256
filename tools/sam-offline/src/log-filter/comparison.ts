import { FilterPatternError } from './errors.ts';
import { regexOf } from './regex.ts';
import { wildcardTest } from './wildcard.ts';

export type Comparator = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** The value that a selector or a field is compared with. */
export type Operand =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  /** A text, in quotes or not. `*` stands for any characters. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string };

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads an operand without quotes: a number or a text. */
export function bareOperand(text: string): Operand {
  return NUMBER.test(text) ? { kind: 'number', value: Number(text), text } : { kind: 'text', text };
}

/**
 * Makes the test of a comparison.
 *
 * @returns a function that says whether the comparison holds for a value
 * @throws FilterPatternError if the pattern compares texts by size
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
