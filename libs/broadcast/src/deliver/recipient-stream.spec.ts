import type { Page } from './pages.ts';
import { RecipientStream } from './recipient-stream.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('RecipientStream', () => {
  let reads: number;
  let failAt: number;
  let stream: RecipientStream;

  beforeEach(() => {
    reads = 0;
    failAt = Infinity;
    const read = async (): Promise<Page> => {
      reads += 1;
      if (reads === failAt) throw new Error('throttled');
      const connectionIds = ['a', 'b', 'c'].map((letter) => `${reads}${letter}`);
      return { connectionIds, last: reads === 4 };
    };
    stream = new RecipientStream({ shard: 3 }, read, () => undefined);
  });

  it('holds the current page and the next one, never more', async () => {
    const running = stream.run();
    await settle();
    expect(reads).toBe(2);
    expect([stream.take(), stream.take(), stream.take(), stream.take()]).toEqual([
      '1a',
      '1b',
      '1c',
      undefined,
    ]);
    await settle();
    expect(reads).toBe(3);
    stream.stop();
    await running;
  });

  it('may read its first page before it runs, and does so once', async () => {
    stream.prefetch();
    stream.prefetch();
    await settle();
    expect([reads, stream.take()]).toEqual([1, undefined]);
    const running = stream.run();
    await settle();
    expect([reads, stream.take()]).toEqual([2, '1a']);
    stream.stop();
    await running;
  });

  it('fails when it runs if the first page could not be read before', async () => {
    failAt = 1;
    stream.prefetch();
    await settle();
    await expect(stream.run()).rejects.toThrow('throttled');
  });

  it('is at its end when every recipient is taken', async () => {
    const running = stream.run();
    const taken: string[] = [];
    for (let pages = 0; pages < 4; pages += 1) {
      await settle();
      for (let id = stream.take(); id !== undefined; id = stream.take()) taken.push(id);
    }
    await running;
    expect(taken).toHaveLength(12);
    expect(stream.rest()).toBeUndefined();
  });

  it('knows who is left when it is stopped in the middle of a page', async () => {
    const running = stream.run();
    await settle();
    for (let count = 0; count < 3; count += 1) stream.take();
    await settle();
    stream.take();
    stream.stop();
    await running;
    expect(stream.rest()).toEqual({ shard: 3, after: '2a' });
  });

  it('knows who is left when a page can not be read, even one that was read ahead', async () => {
    failAt = 2;
    const running = stream.run();
    const failure = expect(running).rejects.toThrow('throttled');
    await settle();
    expect(stream.take()).toBe('1a');
    await settle();
    stream.take();
    stream.take();
    await failure;
    expect(stream.rest()).toEqual({ shard: 3, after: '1c' });
  });

  it('leaves everybody when it is never started', () => {
    expect(stream.rest()).toEqual({ shard: 3, after: undefined });
    const listed = { connectionIds: ['x', 'y'] };
    const read = () => Promise.resolve({ ...listed, last: true });
    expect(new RecipientStream(listed, read, () => undefined).rest()).toEqual(listed);
  });

  it('knows which recipients of a list are left', async () => {
    const listed = { connectionIds: ['x', 'y', 'z'] };
    const read = () => Promise.resolve({ ...listed, last: true });
    const few = new RecipientStream(listed, read, () => undefined);
    const running = few.run();
    await settle();
    few.take();
    few.stop();
    await running;
    expect(few.rest()).toEqual({ connectionIds: ['y', 'z'] });
  });
});
