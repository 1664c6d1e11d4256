import { javaPattern, javaReplacement } from './java-text.ts';
import { areEqual, HostObject, isList, toText, type Value } from './values.ts';

type Method<Target> = (target: Target, given: readonly Value[]) => Value;

const text = (value: Value): string => toText(value);
const number = (value: Value): number => Number(toText(value));

/** The methods of Java's strings that templates use. */
const OF_TEXT: Readonly<Record<string, Method<string>>> = {
  charAt: (target, [index]) => target.charAt(number(index)),
  concat: (target, [other]) => target + text(other),
  contains: (target, [part]) => target.includes(text(part)),
  endsWith: (target, [end]) => target.endsWith(text(end)),
  equals: (target, [other]) => target === other,
  equalsIgnoreCase: (target, [other]) => target.toLowerCase() === text(other).toLowerCase(),
  indexOf: (target, [part]) => target.indexOf(text(part)),
  isEmpty: (target) => target === '',
  lastIndexOf: (target, [part]) => target.lastIndexOf(text(part)),
  length: (target) => target.length,
  matches: (target, [pattern]) => javaPattern(`^(?:${text(pattern)})$`).test(target),
  replace: (target, [part, by]) => target.split(text(part)).join(text(by)),
  replaceAll: (target, [pattern, by]) =>
    target.replace(javaPattern(text(pattern), 'g'), javaReplacement(text(by))),
  replaceFirst: (target, [pattern, by]) =>
    target.replace(javaPattern(text(pattern)), javaReplacement(text(by))),
  split: (target, [pattern]) => {
    const parts = target.split(javaPattern(text(pattern)));
    // Java removes empty strings at the end.
    while (parts.length > 1 && parts.at(-1) === '') parts.pop();
    return parts;
  },
  startsWith: (target, [start]) => target.startsWith(text(start)),
  substring: (target, [from, to]) =>
    target.substring(number(from), to === undefined ? target.length : number(to)),
  toLowerCase: (target) => target.toLowerCase(),
  toUpperCase: (target) => target.toUpperCase(),
  trim: (target) => target.trim(),
};

const OF_NUMBER: Readonly<Record<string, Method<number>>> = {
  doubleValue: (target) => target,
  equals: (target, [other]) => target === other,
  intValue: (target) => Math.trunc(target),
  longValue: (target) => Math.trunc(target),
  // Templates call these methods of Java's class through `#set($Integer = 0)`.
  parseDouble: (_target, [other]) => number(other),
  parseInt: (_target, [other]) => Math.trunc(number(other)),
};

const OF_LIST: Readonly<Record<string, Method<Value[]>>> = {
  add: (target, given) => {
    if (given.length > 1) target.splice(number(given[0]), 0, given[1]);
    else target.push(given[0]);
    return true;
  },
  addAll: (target, [others]) => {
    if (isList(others)) for (const other of others) target.push(other);
    return true;
  },
  clear: (target) => {
    target.length = 0;
    return undefined;
  },
  contains: (target, [value]) => target.some((item) => areEqual(item, value)),
  get: (target, [index]) => target[number(index)],
  indexOf: (target, [value]) => target.findIndex((item) => areEqual(item, value)),
  isEmpty: (target) => target.length === 0,
  remove: (target, [index]) => target.splice(number(index), 1)[0],
  set: (target, [index, value]) => target.splice(number(index), 1, value)[0],
  size: (target) => target.length,
  subList: (target, [from, to]) => target.slice(number(from), number(to)),
};

const OF_MAP: Readonly<Record<string, Method<Map<string, Value>>>> = {
  clear: (target) => {
    target.clear();
    return undefined;
  },
  containsKey: (target, [name]) => target.has(text(name)),
  containsValue: (target, [value]) => [...target.values()].some((item) => areEqual(item, value)),
  entrySet: (target) => [...target].map(entryOf),
  get: (target, [name]) => target.get(text(name)),
  getOrDefault: (target, [name, otherwise]) => target.get(text(name)) ?? otherwise,
  isEmpty: (target) => target.size === 0,
  keySet: (target) => [...target.keys()],
  put: (target, [name, value]) => {
    const before = target.get(text(name));
    target.set(text(name), value);
    return before;
  },
  putAll: (target, [others]) => {
    if (others instanceof Map) {
      for (const [name, value] of others as ReadonlyMap<string, Value>) target.set(name, value);
    }
    return undefined;
  },
  remove: (target, [name]) => {
    const before = target.get(text(name));
    target.delete(text(name));
    return before;
  },
  size: (target) => target.size,
  values: (target) => [...target.values()],
};

function entryOf([name, value]: readonly [string, Value]): HostObject {
  return new HostObject(
    { getKey: () => name, getValue: () => value },
    new Map<string, Value>([
      ['key', name],
      ['value', value],
    ]),
  );
}

/**
 * Calls a method of a value.
 * @returns undefined if the value has no such method
 */
export function callMethod(target: Value, name: string, given: readonly Value[]): Value {
  if (target instanceof HostObject) {
    const own = target.methods.get(name);
    if (own !== undefined) return own(...given);
  }
  const method = methodOf(target, name);
  if (method !== undefined) return method(given);
  if (target === null || target === undefined) return undefined;
  if (name === 'toString') return toText(target);
  return name === 'equals' ? areEqual(target, given[0]) : undefined;
}

function methodOf(target: Value, name: string): ((given: readonly Value[]) => Value) | undefined {
  if (typeof target === 'string') return bound(OF_TEXT, target, name);
  if (typeof target === 'number') return bound(OF_NUMBER, target, name);
  // Lists may be changed, because the values of a template are made for each evaluation.
  if (Array.isArray(target)) return bound(OF_LIST, target as Value[], name);
  return target instanceof Map ? bound(OF_MAP, target as Map<string, Value>, name) : undefined;
}

function bound<Target>(
  methods: Readonly<Record<string, Method<Target>>>,
  target: Target,
  name: string,
): ((given: readonly Value[]) => Value) | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && ((given) => method(target, given));
}
