/**
 * Keeps one object for each key, such as what is known of a post: the newest `limit` of them.
 *
 * @param make makes it when it is first asked for
 */
export function keptByKey<T>(limit: number, make: (key: string) => T): (key: string) => T {
  const all = new Map<string, T>();
  return (key) => {
    const value = all.get(key) ?? make(key);
    // A map keeps the order of insertion: the first one is what was not asked for the longest.
    all.delete(key);
    all.set(key, value);
    const [oldest] = all.keys();
    if (all.size > limit && oldest !== undefined) all.delete(oldest);
    return value;
  };
}
