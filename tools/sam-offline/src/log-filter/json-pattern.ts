import { ConditionParser, type ReadSelector } from './condition.ts';
import { FilterPatternError } from './errors.ts';
import type { LogFilter } from './log-filter.ts';

/** `*` selects every element of an array, or every property of an object. */
type Step = string | number | typeof EVERY;
const EVERY = Symbol('*');
const MAXIMUM_WILDCARDS = 3;

const STEP = /\.?\[\s*(?:(\d+)|(\*)|'([^']*)'|"([^"]*)")\s*\]|\.(\*)|\.([^\s.[\]()=!<>&|"'{}%]+)/y;

/**
 * Reads `{ $.level = "ERROR" && $.retries > 3 }`. A message that is not a JSON object or array does
 * not match.
 *
 * @throws FilterPatternError
 */
export function parseJsonPattern(text: string): LogFilter {
  if (!text.endsWith('}'))
    throw new FilterPatternError('The filter pattern does not end with "}".');
  const holds = new ConditionParser(text.slice(1, -1), readSelector, {
    isPostfixAllowed: true,
  }).parse();
  return (message) => {
    const parsed = parseJson(message);
    return parsed !== undefined && holds(parsed);
  };
}

function parseJson(message: string): object | undefined {
  const first = message.trimStart().charAt(0);
  if (first !== '{' && first !== '[') return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}

const readSelector: ReadSelector<object> = (text) => {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let length = 1;
  for (;;) {
    STEP.lastIndex = length;
    const match = STEP.exec(text);
    if (match === null) break;
    length = STEP.lastIndex;
    const [, index, everyElement, single, double, everyProperty, name] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push((everyElement ?? everyProperty) ? EVERY : (single ?? double ?? name ?? ''));
  }
  if (steps.length === 0) return undefined;
  if (steps.filter((step) => step === EVERY).length > MAXIMUM_WILDCARDS) {
    throw new FilterPatternError(
      `A selector has at most ${MAXIMUM_WILDCARDS} wildcards: ${text.slice(0, length)}`,
    );
  }
  return { length, select: (subject) => selectFrom(subject, steps) };
};

function selectFrom(subject: unknown, steps: readonly Step[]): unknown[] {
  let selected: unknown[] = [subject];
  for (const step of steps) {
    selected = selected.flatMap((value): unknown[] => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === EVERY) return Object.values(value);
      if (Array.isArray(value) !== (typeof step === 'number')) return [];
      return Object.hasOwn(value, step) ? [(value as Readonly<Record<Step, unknown>>)[step]] : [];
    });
  }
  return selected;
}
