import { LocalStore } from '../storage/index.ts';

/**
 * A store with a browser storage in memory.
 *
 * @param items the stored values, by name; two stores can share them
 */
export function memoryStore(items = new Map<string, string>()): LocalStore {
  return new LocalStore(() => ({
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }));
}
