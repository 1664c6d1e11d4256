import { isAtLeast } from './log-level.ts';

describe('the level of a line that a custom runtime wrote', () => {
  it.each([
    ['{"level":"debug","msg":"x"}', false],
    ['{"level":"WARN"}', true],
    ['{"level":"error"}', true],
    ['{"level":"loud"}', false],
    ['{"msg":"no level"}', false],
    ['plain text', false],
    ['{ broken', false],
  ])('%s is WARN or above: %s', (line, expected) => {
    expect(isAtLeast(line, 'WARN')).toBe(expected);
    expect(isAtLeast(line, 'TRACE')).toBe(true);
  });
});
