/** @jest-environment node */
import { keptByKey } from './kept.ts';
import { createResource } from './resource.ts';

test('a value that was set during a read is kept: the read value may be older', async () => {
  let respond: (value: string) => void = () => undefined;
  const resource = createResource(() => new Promise<string>((done) => (respond = done)));
  const loading = resource.load();
  resource.set('written');
  expect(resource.state).toEqual({ value: 'written', loading: true });
  respond('read');
  await loading;
  expect(resource.state).toEqual({ value: 'written', loading: false });
});

test('a failure keeps the value, and is removed by the next read', async () => {
  let broken = false;
  const resource = createResource(() =>
    broken ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve('value'),
  );
  await resource.load();
  broken = true;
  await resource.load();
  expect(resource.state).toMatchObject({
    value: 'value',
    error: expect.any(TypeError),
    loading: false,
  });
  broken = false;
  await resource.load();
  expect(resource.state).toEqual({ value: 'value', loading: false });
});

test('is read once at a time, and not again while it is fresh', async () => {
  let reads = 0;
  let now = 0;
  const resource = createResource(
    () => Promise.resolve((reads += 1)),
    () => now,
  );
  await Promise.all([resource.load(), resource.load()]);
  now = 99;
  await resource.refresh(100);
  expect(reads).toBe(1);
  now = 100;
  await resource.refresh(100);
  expect(reads).toBe(2);
});

test('notifies its listeners until they unsubscribe', async () => {
  const resource = createResource(() => Promise.resolve('value'));
  const seen: boolean[] = [];
  const end = resource.subscribe(() => seen.push(resource.state.loading));
  await resource.load();
  end();
  await resource.load();
  expect(seen).toEqual([true, false]);
});

test('of the objects that are kept by key, the one that was not used for the longest time is removed', () => {
  const kept = keptByKey(2, (key) => ({ key }));
  const [a, b] = [kept('a'), kept('b')];
  expect(kept('a')).toBe(a);
  kept('c');
  expect(kept('a')).toBe(a);
  expect(kept('b')).not.toBe(b);
});
