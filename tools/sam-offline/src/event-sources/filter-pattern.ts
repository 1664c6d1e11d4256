/** An event filter pattern, parsed. */
export type FilterPattern = Readonly<Record<string, unknown>>;

/** Whether an event passes: with no pattern it does, with several one of them is enough. */
export function passesFilter(patterns: readonly FilterPattern[], event: unknown): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matchesObject(pattern, event));
}

/**
 * Lambda's event filtering, which is EventBridge's pattern language: objects nest, an array lists
 * alternatives for a field, a field that is itself an array matches with any of its elements.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
function matchesObject(pattern: FilterPattern, value: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or' && Array.isArray(expected)) {
      return expected.some(
        (alternative) => isObject(alternative) && matchesObject(alternative, value),
      );
    }
    const actual = isObject(value) ? value[key] : undefined;
    if (Array.isArray(expected)) return matchesAny(expected, actual);
    if (!isObject(expected)) return false;
    return Array.isArray(actual)
      ? actual.some((element) => matchesObject(expected, element))
      : matchesObject(expected, actual);
  });
}

function matchesAny(alternatives: readonly unknown[], actual: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(actual) ? actual : [actual];
  return alternatives.some((alternative) =>
    values.some((value) => matchesValue(alternative, value)),
  );
}

function matchesValue(expected: unknown, actual: unknown): boolean {
  if (!isObject(expected)) return expected === actual;
  const comparison = Object.entries(expected)[0];
  if (comparison === undefined) return false;
  const [operator, operand] = comparison;
  switch (operator) {
    case 'exists':
      return (actual !== undefined && !isObject(actual)) === operand;
    case 'prefix':
      return matchesText(operand, actual, (text, part) => text.startsWith(part));
    case 'suffix':
      return matchesText(operand, actual, (text, part) => text.endsWith(part));
    case 'equals-ignore-case':
      return matchesText(
        { 'equals-ignore-case': operand },
        actual,
        (text, other) => text === other,
      );
    case 'numeric':
      return typeof actual === 'number' && Array.isArray(operand) && matchesNumber(operand, actual);
    case 'anything-but':
      return actual !== undefined && !isObject(actual) && !matchesExcluded(operand, actual);
    case 'wildcard':
      return (
        typeof operand === 'string' && typeof actual === 'string' && wildcard(operand).test(actual)
      );
    default:
      return false;
  }
}

function matchesText(
  operand: unknown,
  actual: unknown,
  compare: (text: string, operand: string) => boolean,
): boolean {
  if (typeof actual !== 'string') return false;
  if (typeof operand === 'string') return compare(actual, operand);
  const ignoringCase = isObject(operand) ? operand['equals-ignore-case'] : undefined;
  return (
    typeof ignoringCase === 'string' && compare(actual.toLowerCase(), ignoringCase.toLowerCase())
  );
}

/** `anything-but` takes a value, a list of values, or another comparison. */
function matchesExcluded(operand: unknown, actual: unknown): boolean {
  const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  return excluded.some((each) => {
    const comparison = isObject(each) ? Object.entries(each)[0] : undefined;
    if (comparison !== undefined && Array.isArray(comparison[1]) && comparison[0] !== 'numeric') {
      return comparison[1].some((value) =>
        matchesValue({ [comparison[0]]: value as unknown }, actual),
      );
    }
    return matchesValue(each, actual);
  });
}

/** `[">", 0, "<=", 5]` */
function matchesNumber(operand: readonly unknown[], actual: number): boolean {
  for (let index = 0; index < operand.length; index += 2) {
    const limit = Number(operand[index + 1]);
    const holds = {
      '=': actual === limit,
      '<': actual < limit,
      '<=': actual <= limit,
      '>': actual > limit,
      '>=': actual >= limit,
    }[String(operand[index])];
    if (holds !== true) return false;
  }
  return operand.length > 0;
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
