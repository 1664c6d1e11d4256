import { BlockList, isIP } from 'node:net';
import { SamOfflineError } from '../sam-offline-error.ts';
import { isRecord } from '../is-record.ts';

/** A parsed event pattern. */
export type EventPattern = Readonly<Record<string, unknown>>;

/** A string is not a valid event pattern. */
export class EventPatternError extends SamOfflineError {
  override readonly name = 'EventPatternError';
}

const COMPARISONS = new Set([
  ...['anything-but', 'cidr', 'equals-ignore-case', 'exists', 'numeric', 'prefix', 'suffix'],
  'wildcard',
]);

/**
 * Reads a pattern of EventBridge, Lambda's event filters or SNS's filter policies.
 *
 * @throws EventPatternError with the mistake and its place
 */
export function parsePattern(text: string): EventPattern {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EventPatternError(`the pattern is not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(value)) throw new EventPatternError('the pattern is not an object');
  checkObject(value, '');
  return value;
}

function checkObject(pattern: EventPattern, path: string): void {
  for (const [key, expected] of Object.entries(pattern)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (key === '$or' && Array.isArray(expected)) {
      for (const alternative of expected as readonly unknown[]) {
        if (!isRecord(alternative))
          throw new EventPatternError(`${at} has an element that is not an object`);
        checkObject(alternative, at);
      }
    } else if (Array.isArray(expected)) {
      if (expected.length === 0)
        throw new EventPatternError(`${at} is an empty list, which matches nothing`);
      for (const alternative of expected as readonly unknown[]) checkAlternative(alternative, at);
    } else if (isRecord(expected)) {
      checkObject(expected, at);
    } else {
      throw new EventPatternError(`${at} must be an object or an array`);
    }
  }
}

function checkAlternative(alternative: unknown, at: string): void {
  if (Array.isArray(alternative)) throw new EventPatternError(`${at} has a list in a list`);
  if (!isRecord(alternative)) return;
  const [operator = ''] = Object.keys(alternative);
  if (!COMPARISONS.has(operator)) {
    throw new EventPatternError(`${at}: unrecognized match type ${operator}`);
  }
}

/**
 * Tells whether an event passes a list of filters. It passes if the list is empty, or if one of the
 * patterns matches.
 */
export function passesFilter(patterns: readonly EventPattern[], event: unknown): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matchesPattern(pattern, event));
}

/**
 * Tells whether an event matches a pattern. Patterns contain objects for nested fields and arrays
 * with the alternatives for a field. A field that is an array matches if one of its elements
 * matches.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export function matchesPattern(pattern: EventPattern, value: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or' && Array.isArray(expected)) {
      return expected.some(
        (alternative) => isRecord(alternative) && matchesPattern(alternative, value),
      );
    }
    const actual = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (Array.isArray(expected)) return matchesAny(expected, actual);
    if (!isRecord(expected)) return false;
    return Array.isArray(actual)
      ? actual.some((element) => matchesPattern(expected, element))
      : matchesPattern(expected, actual);
  });
}

function matchesAny(alternatives: readonly unknown[], actual: unknown): boolean {
  // An empty array has no value, like a missing field.
  const values: readonly unknown[] =
    Array.isArray(actual) && actual.length > 0
      ? actual
      : [Array.isArray(actual) ? undefined : actual];
  return alternatives.some((alternative) =>
    values.some((value) => matchesValue(alternative, value)),
  );
}

function matchesValue(expected: unknown, actual: unknown): boolean {
  if (!isRecord(expected)) return expected === actual;
  const comparison = Object.entries(expected)[0];
  if (comparison === undefined) return false;
  const [operator, operand] = comparison;
  switch (operator) {
    case 'exists':
      return (actual !== undefined && !isRecord(actual)) === operand;
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
      return actual !== undefined && !isRecord(actual) && !matchesExcluded(operand, actual);
    case 'wildcard':
      return (
        typeof operand === 'string' && typeof actual === 'string' && wildcard(operand).test(actual)
      );
    case 'cidr':
      return (
        typeof operand === 'string' && typeof actual === 'string' && isInRange(operand, actual)
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
  const ignoringCase = isRecord(operand) ? operand['equals-ignore-case'] : undefined;
  return (
    typeof ignoringCase === 'string' && compare(actual.toLowerCase(), ignoringCase.toLowerCase())
  );
}

/** Evaluates `anything-but`, whose operand is a value, a list of values, or another comparison. */
function matchesExcluded(operand: unknown, actual: unknown): boolean {
  const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  return excluded.some((each) => {
    const comparison = isRecord(each) ? Object.entries(each)[0] : undefined;
    if (comparison !== undefined && Array.isArray(comparison[1]) && comparison[0] !== 'numeric') {
      return comparison[1].some((value) =>
        matchesValue({ [comparison[0]]: value as unknown }, actual),
      );
    }
    return matchesValue(each, actual);
  });
}

/** Evaluates `numeric` with operands such as `[">", 0, "<=", 5]`. */
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

/** Evaluates `cidr` with a range such as `10.0.0.0/24`, or one of IPv6 addresses. */
function isInRange(range: string, address: string): boolean {
  const [network = '', length = ''] = range.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(address) !== family) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(length === '' ? (family === 4 ? 32 : 128) : length), type);
  return list.check(address, type);
}

/** Compiles a wildcard pattern: `*` matches any characters, and `\*` matches a star. */
function wildcard(pattern: string): RegExp {
  const expression = pattern.replace(/\\(.)|\*|[.+?^${}()|[\]\\]/gs, (all, escaped?: string) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return all === '*' ? '.*' : `\\${all}`;
  });
  return new RegExp(`^${expression}$`, 's');
}
