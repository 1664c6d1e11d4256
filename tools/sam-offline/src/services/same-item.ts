import { isDeepStrictEqual } from 'node:util';

/** An item, or the value of a map, in DynamoDB's JSON: `{"id":{"S":"a"}}`. */
export type Item = Readonly<Record<string, unknown>>;

/**
 * Tells whether two items are equal for DynamoDB: maps and sets have no order, lists have one.
 * Numbers are compared as strings, because DynamoDB stores `1.0` and `1e0` as `1`.
 */
export function sameItem(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]))
  );
}

/** @param a a value with its type, `{"SS":["a","b"]}` */
function sameValue(a: unknown, b: unknown): boolean {
  const [typeA, valueA] = typed(a);
  const [typeB, valueB] = typed(b);
  if (typeA !== typeB) return false;
  if (typeA === 'M') return sameItem(valueA as Item, valueB as Item);
  if (!Array.isArray(valueA) || !Array.isArray(valueB)) return isDeepStrictEqual(valueA, valueB);
  const [listA, listB]: [unknown[], unknown[]] = [valueA, valueB];
  if (listA.length !== listB.length) return false;
  if (typeA === 'L') return listA.every((element, index) => sameValue(element, listB[index]));
  const members = new Set(listB);
  return listA.every((member) => members.has(member));
}

function typed(value: unknown): readonly [type: string, value: unknown] {
  return Object.entries(value as Item)[0] ?? ['', undefined];
}
