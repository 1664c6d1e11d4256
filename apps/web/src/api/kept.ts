/**
 * Keeps one object for each key, such as the data of a post: the `limit` objects that were used
 * last.
 *
 * @param make makes an object at its first use
 */
export function keptByKey<T>(limit: number, make: (key: string) => T): (key: string) => T {
  const all = new Map<string, T>();
  return (key) => {
    const value = all.get(key) ?? make(key);
    // A map keeps the order of insertion, so its first entry is the one that was not used for the
    // longest time.
    all.delete(key);
    all.set(key, value);
    const [oldest] = all.keys();
    if (all.size > limit && oldest !== undefined) all.delete(oldest);
    return value;
  };
}
