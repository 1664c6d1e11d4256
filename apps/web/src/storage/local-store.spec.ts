/** @jest-environment node */
import * as z from 'zod/mini';
import { LocalStore, type Backing } from './local-store.ts';

/** A browser's storage that accepts values up to a number of characters. */
class Shelf implements Backing {
  readonly items = new Map<string, string>();
  room = Infinity;

  get length(): number {
    return this.items.size;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (value.length > this.room) throw new DOMException('full', 'QuotaExceededError');
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

const text = z.string();

test('keeps values in the browser, beside those of other programs', () => {
  const shelf = new Shelf();
  shelf.setItem('other', 'theirs');
  const store = new LocalStore(() => shelf);
  store.write('draft.b', 'B');
  store.write('draft.a', 'A');
  store.write('session', 'S');
  expect(store.keys('draft.')).toEqual(['draft.a', 'draft.b']);
  expect(new LocalStore(() => shelf).read('draft.a', text)).toBe('A');
  store.remove('draft.a');
  expect(store.read('draft.a', text)).toBeUndefined();
  expect([...shelf.items.keys()]).toEqual(['other', 'blogapp.draft.b', 'blogapp.session']);
});

test('reads nothing when another version has stored another shape, or a text that is not JSON', () => {
  const shelf = new Shelf();
  shelf.setItem('blogapp.a', '{"is":"an object"}');
  shelf.setItem('blogapp.b', 'no JSON');
  const store = new LocalStore(() => shelf);
  expect([store.read('a', text), store.read('b', text)]).toEqual([undefined, undefined]);
});

test('keeps a value in memory while the storage is full, and says so until it has space again', () => {
  const shelf = new Shelf();
  const store = new LocalStore(() => shelf);
  store.write('draft', 'short');
  const heard: string[] = [];
  store.onKeepingChange(() => heard.push(store.keeping));
  shelf.room = 10;
  store.write('draft', 'longer than ten characters');
  expect(store.read('draft', text)).toBe('longer than ten characters');
  expect(store.keys('draft')).toEqual(['draft']);
  shelf.room = 100;
  store.write('draft', 'longer than ten characters, and kept');
  expect(heard).toEqual(['memory', 'browser']);
  expect(shelf.getItem('blogapp.draft')).toContain('and kept');
});

test('works in memory when storage is forbidden', () => {
  const store = new LocalStore(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  store.write('draft', 'text');
  expect(store.read('draft', text)).toBe('text');
  store.remove('draft');
  expect([store.read('draft', text), store.keys('')]).toEqual([undefined, []]);
  expect(store.keeping).toBe('memory');
});
