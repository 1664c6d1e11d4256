import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackEvent } from '../../events/index.ts';
import type { EventQuery } from '../queries.ts';
import { logOf, NOW_MS } from '../testing/facts.ts';
import { EventStore, type EventStoreOptions } from './event-store.ts';

let directory: string;
const open: EventStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'events-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
  rmSync(directory, { recursive: true, force: true });
});

function openStore(options: Partial<EventStoreOptions> = {}): EventStore {
  const store = new EventStore({ directory, writes: true, clean: false, ...options });
  open.push(store);
  return store;
}

async function textsOf(store: EventStore, query?: EventQuery): Promise<string[]> {
  const texts: string[] = [];
  for await (const { event } of store.read(query)) {
    if (event.type === 'log') texts.push(event.text);
  }
  return texts;
}

function logs(from: number, to: number, text = (index: number) => `line ${index}`): StackEvent[] {
  return Array.from({ length: to - from }, (_, index) =>
    logOf({ timeMs: NOW_MS + from + index, text: text(from + index) }),
  );
}

function started(stackName: string): StackEvent {
  return {
    ...{ type: 'stack.started', timeMs: NOW_MS, stackName, region: 'eu-west-1' },
    ...{ accountId: '1', pid: 1, resources: [] },
  };
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

describe('stored facts', () => {
  it('can be read at once, before the disk has them', async () => {
    const store = openStore();
    store.append(logs(0, 3));
    expect(await textsOf(store)).toEqual(numbered(0, 3));
  });

  it('are read from the files when memory has only the latest', async () => {
    const store = openStore({ ringBytes: 1000 });
    for (let index = 0; index < 100; index += 1) store.append(logs(index, index + 1));
    await store.flush();
    expect(await textsOf(store)).toEqual(numbered(0, 100));
  });

  it('are lines of JSON that begin with type and time', async () => {
    const store = openStore();
    const { type, timeMs, ...rest } = logOf();
    store.append([{ ...rest, timeMs, type }]);
    await store.flush();
    const [name = ''] = readdirSync(directory);
    const text = readFileSync(join(directory, name), 'utf8');
    expect(text).toMatch(/^\{"type":"log","timeMs":\d+,/);
    expect(JSON.parse(text)).toEqual(logOf());
  });

  it('have ids that grow, and can be read on from each', async () => {
    const store = openStore({ ringBytes: 2000, fileBytes: 3000 });
    for (let index = 0; index < 60; index += 1) store.append(logs(index, index + 1));
    await store.flush();
    const ids: number[] = [];
    for await (const { id } of store.read()) ids.push(id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    for (const index of [0, 17, 42, 58]) {
      const afterId = ids[index] ?? NaN;
      expect(await textsOf(store, { afterId })).toEqual(numbered(index + 1, 60));
    }
  });

  it('can be asked for by type, time and text', async () => {
    const store = openStore();
    store.append([started('shop'), ...logs(0, 10)]);
    expect(await textsOf(store, { types: ['code.reloaded'] })).toEqual([]);
    expect(await textsOf(store, { startMs: NOW_MS + 2, endMs: NOW_MS + 5 })).toEqual(
      numbered(2, 5),
    );
    expect(await textsOf(store, { contains: 'line 7' })).toEqual(['line 7']);
  });

  it('survive a restart, until --clean', async () => {
    const first = openStore();
    first.append(logs(0, 2));
    await first.close();
    const second = openStore();
    second.append(logs(2, 4));
    expect(await textsOf(second)).toEqual(numbered(0, 4));
    await second.close();
    const third = openStore({ clean: true });
    expect(await textsOf(third)).toEqual([]);
  });

  it('are whole for two readers at once, while they are written', async () => {
    const store = openStore({ ringBytes: 4000, fileBytes: 20_000 });
    const reader = openStore({ writes: false });
    store.append(logs(0, 200));
    const readings = [textsOf(store), textsOf(reader), textsOf(reader)];
    for (let index = 200; index < 400; index += 1) store.append(logs(index, index + 1));
    await store.flush();
    for (const texts of await Promise.all(readings))
      expect(texts).toEqual(numbered(0, texts.length));
    expect(await Promise.all([textsOf(store), textsOf(reader)])).toEqual([
      numbered(0, 400),
      numbered(0, 400),
    ]);
  });
});

describe('the memory of the latest facts', () => {
  const LARGE = 'x'.repeat(30_000);
  const large = (index: number): string => `${index} ${LARGE}`;

  it('is used again, and what is read of it stays as it was', async () => {
    const store = openStore({ ringBytes: 500_000 });
    const append = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index++) {
        store.append(logs(index, index + 1, large));
        await store.flush();
      }
    };
    await append(0, 40);
    const ids: number[] = [];
    for await (const { id } of store.read()) ids.push(id);
    // Memory has all that is behind this one.
    const reader = store.read({ afterId: ids[25] ?? 0 });
    const texts: string[] = [];
    const readOn = async (): Promise<boolean> => {
      const { value, done } = await reader.next();
      if (done !== true && value.event.type === 'log') texts.push(value.event.text);
      return done !== true;
    };
    await readOn();
    await append(40, 100);
    while (await readOn());
    expect(texts).toEqual(Array.from({ length: 14 }, (_, index) => large(26 + index)));
    await append(100, 140);
    expect(await textsOf(store)).toEqual(Array.from({ length: 140 }, (_, index) => large(index)));
  });
});

describe('files', () => {
  it('are finished at their size, compressed when space is needed, and can still be read', async () => {
    const store = openStore({ ringBytes: 1000, fileBytes: 20_000, maximumBytes: 50_000 });
    const append = async (from: number, to: number): Promise<void> => {
      store.append(logs(from, to));
      await store.flush();
    };
    for (let from = 0; from < 200; from += 20) await append(from, from + 20);
    expect(readdirSync(directory)).toEqual(['events-000001.jsonl', 'events-000002.jsonl']);
    for (let from = 200; from < 500; from += 20) await append(from, from + 20);
    await store.close();
    const names = readdirSync(directory);
    expect(names.slice(0, 2)).toEqual(['events-000001.jsonl.zst', 'events-000002.jsonl.zst']);
    expect(names.at(-1)).toMatch(/jsonl$/);
    expect(await textsOf(store)).toEqual(numbered(0, 500));
  });

  it('of an earlier run are compressed too', async () => {
    const first = openStore({ fileBytes: 20_000 });
    first.append(logs(0, 200));
    await first.close();
    const store = openStore({ ringBytes: 1000, fileBytes: 20_000, maximumBytes: 50_000 });
    store.append(logs(200, 400));
    await store.close();
    expect(readdirSync(directory)[0]).toBe('events-000001.jsonl.zst');
    expect(await textsOf(store)).toEqual(numbered(0, 400));
  });

  it('have so many bytes at most; the oldest goes first', async () => {
    const random = (index: number): string => `${index} ${Math.random()}${'x'.repeat(100)}`;
    const store = openStore({ ringBytes: 1000, fileBytes: 10_000, maximumBytes: 60_000 });
    for (let index = 0; index < 3000; index += 1) {
      store.append(logs(index, index + 1, random));
      if (index % 50 === 0) await store.flush();
    }
    await store.close();
    const bytes = readdirSync(directory)
      .map((name) => statSync(join(directory, name)).size)
      .reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThanOrEqual(60_000);
    const texts = await textsOf(store);
    expect(texts.at(-1)).toMatch(/^2999 /);
    expect(texts[0]).not.toMatch(/^0 /);
  });

  it('each begin with the stack’s start, which is read once', async () => {
    const store = openStore({ ringBytes: 1000, fileBytes: 5000 });
    store.append([started('shop')]);
    for (let index = 0; index < 100; index += 1) store.append(logs(index, index + 1));
    await store.close();
    const starts: StackEvent[] = [];
    for await (const { event } of store.read({ types: ['stack.started'] })) starts.push(event);
    expect(starts).toHaveLength(1);

    rmSync(join(directory, readdirSync(directory).sort()[0] ?? ''));
    const reader = openStore({ writes: false });
    const first = await reader.read().next();
    expect(first.value?.event).toMatchObject({ type: 'stack.started', stackName: 'shop' });
  });

  it('with a line that was cut off are read without it', async () => {
    const first = openStore();
    first.append(logs(0, 2));
    await first.close();
    const [name = ''] = readdirSync(directory);
    const path = join(directory, name);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -10));
    const second = openStore();
    second.append(logs(2, 3));
    expect(await textsOf(second)).toEqual(['line 0', 'line 2']);
  });
});

describe('a disk that does not take what is written', () => {
  async function storeOnBrokenDisk(path: string) {
    const problems: (string | undefined)[] = [];
    const store = openStore({ directory: path, onDiskChange: (problem) => problems.push(problem) });
    for (let index = 0; index < 50; index += 1) {
      store.append(logs(index, index + 1));
      await store.flush();
    }
    return { problems, texts: await textsOf(store) };
  }

  it('is named once when it is full, and facts are kept in memory', async () => {
    const problems: (string | undefined)[] = [];
    const store = openStore({ onDiskChange: (problem) => problems.push(problem) });
    // Each write to /dev/full fails as on a full disk.
    symlinkSync('/dev/full', join(directory, 'events-000001.jsonl'));
    for (let index = 0; index < 50; index += 1) {
      store.append(logs(index, index + 1));
      await store.flush();
    }
    expect(problems).toEqual([expect.stringContaining('ENOSPC')]);
    expect(await textsOf(store)).toEqual(numbered(0, 50));
  });

  it('is named once when the folder cannot be made, and facts are kept in memory', async () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    const { problems, texts } = await storeOnBrokenDisk(join(file, 'events'));
    expect(problems).toEqual([expect.stringContaining('ENOTDIR')]);
    expect(texts).toEqual(numbered(0, 50));
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)(
    'is named once when it is read-only, and facts are kept in memory',
    async () => {
      chmodSync(directory, 0o500);
      const { problems, texts } = await storeOnBrokenDisk(directory);
      chmodSync(directory, 0o700);
      expect(problems).toEqual([expect.stringContaining('EACCES')]);
      expect(texts).toEqual(numbered(0, 50));
    },
  );
});
