import fc from 'fast-check';
import { Sketch, type EncodedSketch } from './sketch.ts';

function sketchOf(values: readonly number[]): Sketch {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

const latencies = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 });

describe('sketch', () => {
  it('gives quantiles within a percent', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;
        expect(Math.abs(sketchOf(values).quantile(q) - exact)).toBeLessThanOrEqual(exact * 0.0101);
      }),
    );
  });

  it('gives quantiles within a thousandth where values lie evenly', () => {
    const sketch = sketchOf(Array.from({ length: 5000 }, (_, index) => index / 10));
    for (let percent = 20; percent < 100; percent += 1) {
      const off = sketch.quantile(percent / 100) / (percent * 5) - 1;
      expect({ percent, off: Math.abs(off) < 0.001 ? 'little' : off }).toEqual({
        percent,
        off: 'little',
      });
    }
  });

  it('gives a quantile within half a percent where its bucket has one value', () => {
    expect(Math.abs(sketchOf([1, 20, 400]).quantile(0.5) / 20 - 1)).toBeLessThan(0.0051);
  });

  it('is the same, merged from parts in any order, as one of all values', () => {
    fc.assert(
      fc.property(latencies, latencies, (some, others) => {
        const whole = sketchOf([...some, ...others]).encode();
        const merged = sketchOf(others).merge(sketchOf(some)).encode();
        expect({ ...merged, sum: 0 }).toEqual({ ...whole, sum: 0 });
        expect(merged.sum).toBeCloseTo(whole.sum, 3);
      }),
    );
  });

  it('is decoded to what was encoded, also if it is empty', () => {
    for (const sketch of [sketchOf([]), sketchOf([0, -1, 0.5, 3, 3])]) {
      const encoded = sketch.encode();
      expect(Sketch.decode(JSON.parse(JSON.stringify(encoded)) as EncodedSketch).encode()).toEqual(
        encoded,
      );
    }
  });

  it('refuses buckets that do not add up to its count', () => {
    const encoded = sketchOf([1, 2, 3]).encode();
    expect(() => Sketch.decode({ ...encoded, count: 4 })).toThrow(
      'says that it holds 4 values, but its buckets hold 3',
    );
  });
});
