import type { ComparisonOperator } from '../template/index.ts';

const HOLDS: Readonly<Record<ComparisonOperator, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

const WORDS: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** Whether a value breaches the threshold. */
export function isBreaching(
  value: number,
  operator: ComparisonOperator,
  threshold: number,
): boolean {
  return HOLDS[operator](value, threshold);
}

/** The words of a comparison in the reasons of states, such as `greater than`. */
export function wordsOf(operator: ComparisonOperator): string {
  return WORDS[operator];
}
