/**
 * A value of a template. Maps are `Map`s and not objects, so that member names such as
 * `constructor` have no meaning in JavaScript.
 */
export type Value = Scalar | readonly Value[] | ReadonlyMap<string, Value> | HostObject;

type Scalar = string | number | boolean | null | undefined;

/**
 * An object that API Gateway gives to templates, such as `$input`. It has only these members and
 * methods.
 */
export class HostObject {
  readonly members: ReadonlyMap<string, Value>;
  readonly methods: ReadonlyMap<string, (...given: readonly Value[]) => Value>;

  constructor(
    methods: Readonly<Record<string, (...given: readonly Value[]) => Value>>,
    members: ReadonlyMap<string, Value> = new Map(),
  ) {
    this.methods = new Map(Object.entries(methods));
    this.members = members;
  }
}

/**
 * A list that comes from JSON. It is printed as JSON. A list that a template makes is printed as in
 * Java.
 */
export class JsonList extends Array<Value> {}

/** Converts the result of `JSON.parse` to a value of a template. */
export function fromJson(value: unknown): Value {
  if (Array.isArray(value)) {
    const list = new JsonList();
    for (const item of value) list.push(fromJson(item));
    return list;
  }
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, member]) => [name, fromJson(member)]));
  }
  return value as Scalar;
}

/** Gives the JSON of a value. */
export function toJson(value: Value): string {
  if (isList(value)) return `[${value.map(toJson).join(',')}]`;
  if (value instanceof Map) {
    const members = [...(value as ReadonlyMap<string, Value>)].map(
      ([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`,
    );
    return `{${members.join(',')}}`;
  }
  return value instanceof HostObject ? '{}' : JSON.stringify(value ?? null);
}

/**
 * Gives the text of a value. Lists and maps are written as in Java: `{name=value, list=[1, 2]}`.
 */
export function toText(value: Value): string {
  if (value === null || value === undefined) return '';
  if (value instanceof JsonList) return toJson(value);
  return inside(value);
}

function inside(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof JsonList) return toJson(value);
  if (isList(value)) return `[${value.map(inside).join(', ')}]`;
  if (value instanceof HostObject) return `{${[...value.members].map(pair).join(', ')}}`;
  if (typeof value === 'object') {
    return `{${[...value].map(pair).join(', ')}}`;
  }
  return String(value);
}

function pair([name, value]: readonly [string, Value]): string {
  return `${name}=${inside(value)}`;
}

/**
 * Tells whether a condition holds. Only false and null are false. An empty string is true, as in
 * Velocity 1.7.
 */
export function isTrue(value: Value): boolean {
  return value !== null && value !== undefined && value !== false;
}

/**
 * Compares two values. Values of different types are equal if their texts are equal. A missing
 * value equals the empty string, because API Gateway prints it as one.
 */
export function areEqual(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left === right;
  return toText(left) === toText(right);
}

/** Tells whether a value is a list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
