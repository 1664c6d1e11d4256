import { javaPattern } from './java-pattern.ts';

describe('a regular expression of Java', () => {
  it.each([
    ['[a-z]+', 'abc', 'ab1'],
    ['(?i)abc|d', 'ABC', 'x'],
    ['(?i:a)b', 'Ab', 'AB'],
    ['a(?i)b|c', 'aB', 'AB'],
    ['\\p{Alnum}+', 'aZ9', 'a_'],
    ['\\p{Punct}', '!', 'a'],
    ['[\\p{Alpha}_]*', 'a_B', 'a1'],
    ['[^\\p{Space}]+', 'a', 'a b'],
    ['\\P{Upper}', 'a', 'A'],
    ['\\pL+', 'éa', '1'],
    ['\\p{IsLatin}+', 'éa', 'я'],
    ['[a-z&&[^aeiou]]+', 'xyz', 'xay'],
    ['[a-c[x-z]]+', 'ax', 'd'],
    ['a++b', 'aab', 'b'],
    ['[a-z]{2,3}+z', 'abzz', 'abz'],
    ['(?>a|ab)c', 'ac', 'abc'],
    ['\\Aabc\\z', 'abc', 'abcd'],
    ['\\Qa.b\\E+', 'a.b', 'axb'],
    ['[-a-z0-9._/]*', 'a-b/c.d_', 'A'],
    ['[A-Za-z0-9_.(){}|/-]+', 'a(b){c}|/-', '[]'],
    ['[]a]+', ']a', 'b'],
    [
      '^$|^arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$',
      'arn:aws:iam::123456789012:role/a',
      'arn:x',
    ],
    ['(?<year>\\d{4})-\\k<year>', '2026-2026', '2026-2025'],
    ['a\\h+b', 'a \tb', 'a\nb'],
    ['\\x{1F600}', '😀', 'a'],
    ['[\\w+=,.@-]{1,64}', 'a+b=c@d-', 'a b'],
    [
      '^((([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])(/([0-9]|[1-2][0-9]|3[0-2]))?)$',
      '10.0.0.0/16',
      '10.0.0',
    ],
    ['^(?=.*[a-z])(?=.*\\d)[^\\s]{8,}$', 'abcdefg1', 'abcdefgh'],
    ['(?!xn--)[a-z0-9&&[^-]]+', 'abc', 'xn--a'],
    ['[!-~]*', 'a!~', 'ä'],
    ['[\\x20-\\x7E]+', 'a b', 'ä'],
    ['[a-z!!#]+', 'a!#', '1'],
    ['}a]', '}a]', 'a'],
  ])('%s matches "%s" and not "%s"', (pattern, matching, other) => {
    const expression = javaPattern(pattern);
    expect([expression.test(matching), expression.test(other)]).toEqual([true, false]);
  });

  it('that is not valid is rejected', () => {
    expect(() => javaPattern('[a-z')).toThrow(SyntaxError);
    expect(() => javaPattern('a(')).toThrow(SyntaxError);
    expect(() => javaPattern('a)')).toThrow(SyntaxError);
  });
});
