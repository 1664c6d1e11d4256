import { FilterPatternError, parseFilterPattern } from './index.ts';

function matching(pattern: string, messages: readonly string[]): string[] {
  return messages.filter(parseFilterPattern(pattern));
}

describe('terms', () => {
  const messages = [
    '[ERROR 400] BAD REQUEST',
    '[ERROR 419] MISSING ARGUMENTS',
    '[WARN 1] time out "soon"',
    'Warn: nothing',
  ];

  it('admits everything where there are none', () => {
    expect(matching('', messages)).toEqual(messages);
    expect(matching('  ', messages)).toEqual(messages);
  });

  it.each([
    ['ERROR', [0, 1]],
    ['error', []],
    ['ERROR ARGUMENTS', [1]],
    ['?BAD ?WARN', [0, 2]],
    ['ERROR -ARGUMENTS', [0]],
    ['-ERROR', [2, 3]],
    ['-"BAD REQUEST" -Warn', [1, 2]],
    ['"time out"', [2]],
    [String.raw`"\"soon\""`, [2]],
    ['%4[01]0%', [0]],
    ['%^Warn%', [3]],
    ['-%4[0-9]{2}%', [2, 3]],
    // AWS ignores terms with "?" if there are other terms.
    ['?BAD ARGUMENTS', [1]],
    ['?BAD -ARGUMENTS', [0, 2, 3]],
  ])('%s', (pattern, expected) => {
    expect(matching(pattern, messages)).toEqual(expected.map((index) => messages[index]));
  });

  it.each([
    ['"open', /not closed/],
    ['%open', /not closed/],
    ['a.b', /double quotes/],
    ['%(a|b)%', /parentheses/],
    ['%%', /nothing between/],
    ['%[a%', /wrong/],
    ['%a% %b% %c%', /3 regular expressions/],
    ['a'.repeat(1025), /1025 characters/],
  ])('refuses %s', (pattern, message) => {
    expect(() => parseFilterPattern(pattern)).toThrow(FilterPatternError);
    expect(() => parseFilterPattern(pattern)).toThrow(message);
  });
});

describe('conditions on JSON', () => {
  const event = JSON.stringify({
    level: 'ERROR',
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another'],
    objectList: [
      { name: 'a', id: 1 },
      { name: 'b', id: 2 },
    ],
    nested: { deep: { value: 3.5 }, 'with.dot': 'dotted' },
    SomeObject: null,
    ThisFlag: true,
    number: '12',
    'my-key': 'dashed',
  });
  const holds = (pattern: string): boolean => parseFilterPattern(pattern)(event);

  it.each([
    '{ $.eventType = "UpdateTrail" }',
    '{$.eventType=UpdateTrail}',
    '{ $.sourceIPAddress = 111.111.* }',
    '{ $.sourceIPAddress != 123.123.* }',
    '{ $.eventType = "*Tr*l" }',
    '{ $.eventType = %^Update% }',
    '{ $.arrayKey[0] = "value" }',
    '{ $.arrayKey[*] = "another" }',
    '{ $.objectList[1].id = 2 }',
    '{ $.objectList[*].name = "b" }',
    '{ $.nested.*.value > 3 }',
    '{ $.nested.deep.value >= 3.5 && $.nested.deep.value <= 3.5 }',
    '{ $.nested.deep.value = 3.50 }',
    '{ $.nested.deep.value = 35e-1 }',
    "{ $.nested['with.dot'] = dotted }",
    "{ $.['my-key'] = dashed && $.my-key = dashed }",
    '{ $.number > 11 }',
    '{ $.SomeObject IS NULL }',
    '{ $.SomeOtherObject NOT EXISTS }',
    '{ $.ThisFlag IS TRUE }',
    '{ $.level = "*" }',
    '{ ($.level = "WARN" || $.level = "ERROR") && $.objectList[0].id < 2 }',
    '{ $.level = "ERROR" || $.level = "WARN" && $.ThisFlag IS FALSE }',
  ])('hold: %s', (pattern) => {
    expect(holds(pattern)).toBe(true);
  });

  it.each([
    '{ $.eventType = "updatetrail" }',
    '{ $.eventType != "UpdateTrail" }',
    '{ $.arrayKey = "value" }',
    '{ $.arrayKey[2] = "*" }',
    '{ $.nested.deep.value > 3.5 }',
    '{ $.level > 1 }',
    '{ $.level IS NULL }',
    '{ $.SomeObject NOT EXISTS }',
    '{ $.ThisFlag IS FALSE }',
    // A comparison with a missing property does not hold.
    '{ $.missing != "x" }',
    '{ $.toString NOT EXISTS && $.level = WARN }',
    '{ ($.level = "ERROR" || $.level = "WARN") && $.ThisFlag IS FALSE }',
  ])('do not hold: %s', (pattern) => {
    expect(holds(pattern)).toBe(false);
  });

  it('do not match what is not JSON', () => {
    expect(matching('{ $.a NOT EXISTS }', ['text', '"a"', '{broken', '{}', '[]'])).toEqual([
      '{}',
      '[]',
    ]);
  });

  it.each([
    ['{ $.a = 1', /does not end/],
    ['{ }', /a selector is expected/],
    ['{ a = 1 }', /a selector is expected/],
    ['{ $ = 1 }', /a selector is expected/],
    ['{ $.a }', /an operator/],
    ['{ $.a = }', /a value is expected/],
    ['{ $.a > "x" }', /compares with a number/],
    ['{ ($.a = 1 }', /"\)" is expected/],
    ['{ $.a = 1 $.b = 2 }', /"&&"/],
    ['{ $.*.*.*.* = 1 }', /wildcards/],
    ['{ $.a = %a% && $.b = %b% && $.c = %c% }', /more than 2/],
  ])('refuses %s', (pattern, message) => {
    expect(() => parseFilterPattern(pattern)).toThrow(FilterPatternError);
    expect(() => parseFilterPattern(pattern)).toThrow(message);
  });
});

describe('fields that spaces separate', () => {
  const lines = [
    '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
    '127.0.0.1 Prod frank [10/Oct/2000:13:35:22 -0700] "GET /about/us.html HTTP/1.0" 200 5534',
    '127.0.0.1 Prod frank [10/Oct/2000:13:50:35 -0700] "PUT /form HTTP/1.0" 500 5',
    'ERROR 1',
  ];

  it.each([
    ['[ip, user, username, timestamp, request, status_code, bytes]', [0, 1, 2]],
    ['[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', [0]],
    ['[ip, user, username, timestamp, request, status_code = 404, bytes > 1000]', [0]],
    ['[ip, user, username, timestamp = *Oct/2000:13:5*, ...]', [2]],
    ['[..., status_code = 4* || status_code = 5*, bytes]', [0, 2]],
    ['[ip, ..., request = %^PUT%, status, bytes]', [2]],
    ['[..., status_code != 200 && status_code != 404, bytes]', [2, 3]],
    ['[w1=ERROR, w2]', [3]],
    ['[w1!=%ERROR%, ...]', [0, 1, 2]],
    ['[..., request = "GET /index.html HTTP/1.0", a, b]', [0]],
    ['[...]', [0, 1, 2, 3]],
  ])('%s', (pattern, expected) => {
    expect(matching(pattern, lines)).toEqual(expected.map((index) => lines[index]));
  });

  it.each([
    ['[ip, user', /does not end/],
    ['[ip,, user]', /without a name/],
    ['[..., ip, ...]', /more than once/],
    ['[ip = 1 || user = 2]', /compares itself only/],
    ['[ip IS NULL]', /an operator/],
    ['[ip = "a, user]', /not closed/],
  ])('refuses %s', (pattern, message) => {
    expect(() => parseFilterPattern(pattern)).toThrow(FilterPatternError);
    expect(() => parseFilterPattern(pattern)).toThrow(message);
  });
});
