import { didYouMean, nearest } from './suggestions.ts';

describe('nearest', () => {
  it.each([
    ['Runtme', ['Role', 'Runtime', 'Timeout'], 'Runtime'],
    ['Timoeut', ['Runtime', 'Timeout'], 'Timeout'],
    ['memorysize', ['MemorySize'], 'MemorySize'],
    ['Func', ['Function'], 'Function'],
    ['Nothing', ['Everything'], undefined],
    ['B', ['A'], undefined],
    ['', ['A'], undefined],
  ])('suggests for %s of %j: %s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  it('says nothing where nothing is near', () => {
    expect(didYouMean('Elephant', ['Runtime'])).toBe('');
  });
});
