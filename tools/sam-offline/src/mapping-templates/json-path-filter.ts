import { isDeepStrictEqual } from 'node:util';
import { JsonPathError } from './json-path-error.ts';

/** Tells whether an item passes a filter. */
export type Filter = (item: unknown, root: unknown) => boolean;

/** Compiles a path within a filter, which starts with `$`. */
type Compile = (path: string) => (value: unknown) => unknown;

type Operand = (item: unknown, root: unknown) => unknown;

const SPACE = /\s*/y;
const PATH =
  /[@$](?:\.\.?(?:\*|[^\s.[\]()=!<>&|,~*]+(?:\(\))?)|\[(?:[^\]'"?]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\])*/y;
const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /(?:true|false|null)\b/y;
const PATTERN = /\/((?:[^/\\]|\\.)+)\/([imsu]*)/y;
const OPERATOR = /==|!=|<=|>=|=~|<|>|(?:in|nin|subsetof|anyof|noneof|contains|size|empty)\b/iy;

const has = (list: unknown, value: unknown): boolean =>
  Array.isArray(list) && list.some((one) => isDeepStrictEqual(one, value));

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isOrdered = (left: unknown, right: unknown): boolean =>
  (typeof left === 'number' && typeof right === 'number') ||
  (typeof left === 'string' && typeof right === 'string');

const lengthOf = (value: unknown): number | undefined =>
  typeof value === 'string' || Array.isArray(value) ? value.length : undefined;

/** @see https://github.com/json-path/JsonPath#filter-operators */
const OPERATORS: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '==': isDeepStrictEqual,
  '!=': (left, right) => !isDeepStrictEqual(left, right),
  '<': (left, right) => isOrdered(left, right) && (left as number) < (right as number),
  '<=': (left, right) => isOrdered(left, right) && (left as number) <= (right as number),
  '>': (left, right) => isOrdered(left, right) && (left as number) > (right as number),
  '>=': (left, right) => isOrdered(left, right) && (left as number) >= (right as number),
  '=~': (left, right) => typeof left === 'string' && right instanceof RegExp && right.test(left),
  in: (left, right) => has(right, left),
  nin: (left, right) => !has(right, left),
  subsetof: (left, right) => Array.isArray(left) && left.every((one) => has(right, one)),
  anyof: (left, right) => itemsOf(left).some((one) => has(right, one)),
  noneof: (left, right) => Array.isArray(left) && !left.some((one) => has(right, one)),
  contains: (left, right) =>
    typeof left === 'string' ? left.includes(String(right)) : has(left, right),
  size: (left, right) => lengthOf(left) !== undefined && lengthOf(left) === right,
  empty: (left, right) => lengthOf(left) !== undefined && (lengthOf(left) === 0) === right,
};

/**
 * Compiles a filter of a JSONPath expression, such as `[?(@.price > 10 && @.name =~ /ab+/i)]`. API
 * Gateway's documentation does not list the operators. These are the operators of Jayway's JsonPath
 * for Java.
 *
 * @param start the index of `[?`
 * @returns the filter, and the index after its `]`
 * @throws JsonPathError if the filter is not supported or not valid
 */
export function compileFilter(
  text: string,
  start: number,
  compile: Compile,
): { readonly test: Filter; readonly end: number } {
  let position = start + '[?'.length;

  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    SPACE.lastIndex = position;
    position += SPACE.exec(text)?.[0].length ?? 0;
    pattern.lastIndex = position;
    const match = pattern.exec(text) ?? undefined;
    position += match?.[0].length ?? 0;
    return match;
  };
  const isNext = (token: string): boolean => {
    take(/(?:)/y);
    if (!text.startsWith(token, position)) return false;
    position += token.length;
    return true;
  };
  const fail = (): never => {
    throw new JsonPathError(`the JSONPath ${text} is not understood from ${text.slice(position)}`);
  };

  const either = (): Filter => {
    const parts = [both()];
    while (isNext('||')) parts.push(both());
    return (item, root) => parts.some((part) => part(item, root));
  };
  const both = (): Filter => {
    const parts = [single()];
    while (isNext('&&')) parts.push(single());
    return (item, root) => parts.every((part) => part(item, root));
  };
  const single = (): Filter => {
    if (isNext('!')) {
      const negated = single();
      return (item, root) => !negated(item, root);
    }
    if (isNext('(')) {
      const inner = either();
      return isNext(')') ? inner : fail();
    }
    return relation();
  };
  const relation = (): Filter => {
    const left = operand();
    const name = take(OPERATOR)?.[0].toLowerCase();
    // A path without an operator tests whether there is such a value.
    if (name === undefined) {
      return (item, root) => {
        const found = left(item, root);
        return Array.isArray(found) ? found.length > 0 : found !== undefined;
      };
    }
    const compare = OPERATORS[name] ?? fail();
    const right = operand();
    return (item, root) => compare(left(item, root), right(item, root));
  };
  const operand = (): Operand => {
    const path = take(PATH)?.[0];
    if (path !== undefined) {
      const read = compile(`$${path.slice(1)}`);
      return path.startsWith('@') ? (item) => read(item) : (_item, root) => read(root);
    }
    const value = literal();
    return () => value;
  };
  const literal = (): unknown => {
    const quoted = take(TEXT);
    if (quoted !== undefined) return (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1');
    const plain = take(NUMBER) ?? take(WORD);
    if (plain !== undefined) return JSON.parse(plain[0]);
    const pattern = take(PATTERN);
    if (pattern !== undefined) return new RegExp(`^(?:${pattern[1] ?? ''})$`, pattern[2]);
    if (!isNext('[')) return fail();
    const list: unknown[] = [];
    while (!isNext(']')) {
      if (list.length > 0 && !isNext(',')) fail();
      list.push(literal());
    }
    return list;
  };

  const test = either();
  if (!isNext(']')) fail();
  return { test, end: position };
}
