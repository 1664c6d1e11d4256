/** The most values that a memo keeps. Beyond them, it begins anew. */
const MAXIMUM_VALUES = 1000;

/** A memo's values whose keys have the same texts up to here. */
interface Branch<Value> {
  readonly next: Map<string, Branch<Value>>;
  made?: Value;
}

/**
 * Returns a function that makes a value once for each combination of texts. If the same combination
 * comes again, there is no look-up.
 */
export function memoize<Key extends readonly string[], Value extends object>(
  make: (...key: Key) => Value,
): (...key: Key) => Value {
  let root: Branch<Value> = { next: new Map() };
  let size = 0;
  let latest: { readonly key: Key; readonly value: Value } | undefined;
  return (...key) => {
    if (latest !== undefined && isSame(latest.key, key)) return latest.value;
    let branch = root;
    for (const text of key) {
      let next = branch.next.get(text);
      if (next === undefined) branch.next.set(text, (next = { next: new Map() }));
      branch = next;
    }
    let value = branch.made;
    if (value === undefined) {
      branch.made = value = make(...key);
      size += 1;
      if (size === MAXIMUM_VALUES) [root, size] = [{ next: new Map() }, 0];
    }
    latest = { key, value };
    return value;
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
