import { EventPatternError, parsePattern, passesFilter } from './index.ts';

describe('passesFilter', () => {
  it.each([
    [{ a: ['x'] }, { a: 'x' }, true],
    [{ a: ['x', 'y'] }, { a: 'y' }, true],
    [{ a: ['x'] }, { a: 'X' }, false],
    [{ a: [1] }, { a: '1' }, false],
    [{ a: [null] }, { a: null }, true],
    [{ a: [''] }, { a: '' }, true],
    [{ a: { b: ['x'] }, c: [1] }, { a: { b: 'x' }, c: 1 }, true],
    [{ a: { b: ['x'] }, c: [1] }, { a: { b: 'x' }, c: 2 }, false],
    [{ a: ['x'] }, { a: ['w', 'x'] }, true],
    [{ a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, true],
    [{ a: [{ prefix: 'po' }] }, { a: 'post' }, true],
    [{ a: [{ prefix: 'po' }] }, { a: 'compost' }, false],
    [{ a: [{ prefix: { 'equals-ignore-case': 'PO' } }] }, { a: 'post' }, true],
    [{ a: [{ suffix: '.png' }] }, { a: 'x.png' }, true],
    [{ a: [{ suffix: '.png' }] }, { a: '.pngx' }, false],
    [{ a: [{ 'equals-ignore-case': 'ABC' }] }, { a: 'aBc' }, true],
    [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 5 }, true],
    [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 0 }, false],
    [{ a: [{ numeric: ['=', 5] }] }, { a: '5' }, false],
    [{ a: [{ exists: true }] }, { a: false }, true],
    [{ a: [{ exists: true }] }, {}, false],
    [{ a: [{ exists: false }] }, {}, true],
    [{ a: [{ exists: false }] }, { a: null }, false],
    [{ a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
    [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
    [{ a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'yx' }, true],
    [{ a: [{ 'anything-but': { prefix: ['x', 'y'] } }] }, { a: 'yx' }, false],
    [{ a: [{ 'anything-but': 'x' }] }, {}, false],
    [{ a: [{ wildcard: 'a*c' }] }, { a: 'a.b/c' }, true],
    [{ a: [{ wildcard: 'a*c' }] }, { a: 'a.c.' }, false],
    [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }, true],
    [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { a: 'y' }, false],
    [{ a: [{ exists: false }] }, { a: [] }, true],
    [{ a: [{ wildcard: 'a\\*c' }] }, { a: 'a*c' }, true],
    [{ a: [{ wildcard: 'a\\*c' }] }, { a: 'abc' }, false],
    [{ a: [{ cidr: '10.0.0.0/24' }] }, { a: '10.0.0.255' }, true],
    [{ a: [{ cidr: '10.0.0.0/24' }] }, { a: '10.0.1.0' }, false],
    [{ a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:db8::1' }, true],
    [{ toString: ['x'] }, {}, false],
    [{ a: [{ unknown: 1 }] }, { a: 1 }, false],
  ])('%j against %j is %s', (pattern, event, expected) => {
    expect(passesFilter([pattern], event)).toBe(expected);
  });

  it('matches every event without a pattern, and with several patterns needs one that matches', () => {
    expect(passesFilter([], {})).toBe(true);
    expect(passesFilter([{ a: [1] }, { a: [2] }], { a: 2 })).toBe(true);
    expect(passesFilter([{ a: [1] }, { a: [2] }], { a: 3 })).toBe(false);
  });
});

describe('parsePattern', () => {
  it.each([
    ['{', /not JSON/],
    ['[]', /not an object/],
    ['{"a":"x"}', /^a must be an object or an array$/],
    ['{"a":{"b":[]}}', /^a.b is an empty list/],
    ['{"a":[{"startsWith":"x"}]}', /^a: unrecognized match type startsWith$/],
  ])('refuses %s', (text, message) => {
    expect(() => parsePattern(text)).toThrow(EventPatternError);
    expect(() => parsePattern(text)).toThrow(message);
  });
});
