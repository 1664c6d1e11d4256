import { ContentRing, type RecordInput } from './content-ring.ts';

const MEGABYTE = 1024 * 1024;

const record = (content: string | Buffer, ...keys: (string | undefined)[]): RecordInput => ({
  ...{ kind: 7, timeMs: 1_764_517_000_123.456, bytes: 12, keys, content },
});

describe('contents that are kept', () => {
  it('are found by any of their keys, oldest first', () => {
    const ring = new ContentRing(MEGABYTE);
    ring.add(record('one', 'a', 'x'));
    ring.add(record('two', 'b', 'x'));
    ring.add(record('three', 'a', undefined));
    expect(ring.find(0, 'a').map(({ content }) => content)).toEqual(['one', 'three']);
    expect(ring.find(1, 'x').map(({ content }) => content)).toEqual(['one', 'two']);
    expect(ring.find(0, 'x')).toEqual([]);
  });

  it('are returned unchanged', () => {
    const ring = new ContentRing(MEGABYTE);
    const given = [
      record('für 読者 🎉', 'a', undefined, '🎉'),
      record(Buffer.from([0, 1, 254, 255]), 'a', 'b', undefined),
      record('', 'a', undefined, undefined),
    ];
    for (const one of given) ring.add(one);
    expect(ring.find(0, 'a')).toEqual(given.map((one, index) => ({ ...one, number: index + 1 })));
  });

  it('are not changed by later contents', () => {
    const ring = new ContentRing(MEGABYTE);
    const bytes = Buffer.from('first');
    ring.add(record(bytes, 'a'));
    bytes.fill(0);
    const [found] = ring.find(0, 'a');
    for (let count = 0; count < 1000; count++) ring.add(record('x'.repeat(5000), 'b'));
    expect(String(found?.content)).toBe('first');
  });

  it('are the latest ones, up to a number of bytes', () => {
    const ring = new ContentRing(MEGABYTE);
    const count = 4000;
    for (let index = 0; index < count; index++) ring.add(record('x'.repeat(1000), 'a'));
    const found = ring.find(0, 'a');
    expect(found.at(-1)?.number).toBe(count);
    expect(found.length).toBeGreaterThan(500);
    expect(found.length).toBeLessThanOrEqual(MEGABYTE / 1000);
    expect(found.map(({ number }) => number)).toEqual(
      found.map((_, index) => count - found.length + 1 + index),
    );
  });

  it('may be larger than the limit', () => {
    const ring = new ContentRing(MEGABYTE);
    ring.add(record('before', 'a'));
    ring.add(record('ü'.repeat(3 * MEGABYTE), 'a'));
    ring.add(record('behind', 'a'));
    expect(ring.find(0, 'a').map(({ content }) => content.length)).toEqual([6]);
    ring.add(record('ü'.repeat(3 * MEGABYTE), 'a'));
    expect(ring.find(0, 'a').map(({ content }) => content.length)).toEqual([3 * MEGABYTE]);
  });

  it('may have keys of any length, which are cut', () => {
    const ring = new ContentRing(MEGABYTE);
    ring.add(record('content', 'k'.repeat(100_000), 'b'));
    expect(ring.find(1, 'b')).toMatchObject([
      { content: 'content', keys: ['k'.repeat(1024), 'b'] },
    ]);
  });
});
