import { JsonPathError } from './json-path-error.ts';
import { compileFilter, type Filter } from './json-path-filter.ts';

type Step =
  | { readonly type: 'names'; readonly names: readonly string[] }
  | { readonly type: 'indexes'; readonly indexes: readonly number[] }
  | { readonly type: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  /** A filter tests each item of a list. After `..` (`isDeep`), it tests every value itself. */
  | { readonly type: 'filter'; readonly test: Filter; readonly isDeep: boolean }
  | { readonly type: 'all' }
  | { readonly type: 'deep' };

const STEPS: readonly [pattern: RegExp, step: (match: RegExpExecArray) => Step | Step[]][] = [
  [/\.\.(?=[^.])/y, () => ({ type: 'deep' })],
  [/\.?\*|\.?\[\s*\*\s*\]/y, () => ({ type: 'all' })],
  [/\.?([^.[\]()*'"\s]+)(?:\(\))?/y, ([, name = '']) => ({ type: 'names', names: [name] })],
  [
    /\.?\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/y,
    ([, names = '']) => ({
      type: 'names',
      names: [...names.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(
        ([, single, double]) => (single ?? double ?? '').replace(/\\(.)/g, '$1'),
      ),
    }),
  ],
  [
    /\.?\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/y,
    ([, indexes = '']) => ({ type: 'indexes', indexes: indexes.split(',').map(Number) }),
  ],
  [
    /\.?\[\s*(-?\d+)?\s*:\s*(-?\d+)?\s*\]/y,
    ([, from, to]) => ({
      type: 'slice',
      from: from === undefined ? undefined : Number(from),
      to: to === undefined ? undefined : Number(to),
    }),
  ],
];

/**
 * Compiles a JSONPath expression of a mapping template: `$`, `$.a.b`, `$['a-b']`, `$.list[0]`,
 * `$.list[*].name`, `$.list[1:3]`, `$..name`, `$.list[?(@.price > 10)]`. The `$` is optional. A
 * path that names one value gives this value, or undefined; every other path gives a list.
 *
 * @returns a function that reads the path's value from a parsed JSON value
 * @throws JsonPathError for every other expression
 * @see https://goessner.net/articles/JsonPath/
 */
export function compileJsonPath(expression: string): (value: unknown) => unknown {
  const text = expression.trim();
  const steps: Step[] = [];
  let position = text.startsWith('$') ? 1 : 0;
  while (position < text.length) {
    const before = position;
    const filterStart = ['[?', '.[?'].find((open) => text.startsWith(open, position));
    if (filterStart !== undefined) {
      const opening = position + filterStart.length - '[?'.length;
      const { test, end } = compileFilter(text, opening, compileJsonPath);
      steps.push({ type: 'filter', test, isDeep: steps.at(-1)?.type === 'deep' });
      position = end;
      continue;
    }
    for (const [pattern, make] of STEPS) {
      pattern.lastIndex = position;
      const match = pattern.exec(text);
      if (match === null) continue;
      position += match[0].length;
      steps.push(...[make(match)].flat());
      break;
    }
    if (position === before) {
      throw new JsonPathError(
        `the JSONPath ${expression} is not understood from ${text.slice(position)}`,
      );
    }
  }
  const isDefinite = steps.every(
    (step) =>
      (step.type === 'names' && step.names.length === 1) ||
      (step.type === 'indexes' && step.indexes.length === 1),
  );
  return (value) => {
    let found: unknown[] = [value];
    for (const step of steps) found = found.flatMap((one) => select(one, step, value));
    return isDefinite ? found[0] : found;
  };
}

function select(value: unknown, step: Step, root: unknown): unknown[] {
  switch (step.type) {
    case 'names':
      return step.names.flatMap((name) => memberOf(value, name));
    case 'indexes':
      return Array.isArray(value)
        ? step.indexes.flatMap((index) => itemAt(value as readonly unknown[], index))
        : [];
    case 'slice':
      return Array.isArray(value) ? (value as unknown[]).slice(step.from, step.to) : [];
    case 'filter':
      return (Array.isArray(value) && !step.isDeep ? (value as unknown[]) : [value]).filter((one) =>
        step.test(one, root),
      );
    case 'all':
      return childrenOf(value);
    case 'deep':
      return [value, ...childrenOf(value).flatMap((child) => select(child, step, root))];
  }
}

function memberOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.hasOwn(value, name) ? [(value as Readonly<Record<string, unknown>>)[name]] : [];
}

function itemAt(list: readonly unknown[], index: number): unknown[] {
  const at = index < 0 ? list.length + index : index;
  return at >= 0 && at < list.length ? [list[at]] : [];
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
