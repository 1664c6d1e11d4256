import { parseDuration } from './duration.ts';

describe('a duration of the command line', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 'm', '-5m', '5 m', '5min', '1e3s'])('is not "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow('expected a number and s, m, h or d');
  });
});
