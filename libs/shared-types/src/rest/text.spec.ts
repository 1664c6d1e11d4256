import fc from 'fast-check';
import { commentBodySchema, postBodySchema, titleSchema } from './text.ts';

test.each([
  ['decomposed characters', 'e\u0301', 'é'],
  ['composed characters', 'é', 'é'],
  ['emoji of many parts', '👩‍👩‍👧', '👩‍👩‍👧'],
  ['text from right to left', 'שלום', 'שלום'],
])('a title keeps %s', (_case, given, kept) => {
  expect(titleSchema.parse(given)).toBe(kept);
});

test.each([
  ['lines', 'a\nb', 'a\nb'],
  ['line ends of Windows, as line feeds', 'a\r\nb', 'a\nb'],
  ['tabs', '\tcode', '\tcode'],
  ['HTML, which has to be escaped when it is rendered', '<script>', '<script>'],
])('a body keeps %s', (_case, given, kept) => {
  expect(postBodySchema.parse(given)).toBe(kept);
});

test.each(['\n', '\t', '\u0085', '\u2028', '\u2029'])(
  'a title has one line: %j is refused',
  (end) => {
    expect(titleSchema.safeParse(`a${end}b`).success).toBe(false);
  },
);

test('a title is counted in characters, after it is composed', () => {
  expect(titleSchema.safeParse('😀'.repeat(200)).success).toBe(true);
  expect(titleSchema.safeParse('e\u0301'.repeat(200)).success).toBe(true);
  expect(titleSchema.safeParse('😀'.repeat(201)).error?.issues).toMatchObject([
    { message: 'is 201 characters long; 200 are allowed' },
  ]);
});

test('a body is counted in bytes', () => {
  expect(postBodySchema.safeParse('x'.repeat(102_400)).success).toBe(true);
  expect(postBodySchema.safeParse('é'.repeat(51_201)).error?.issues).toMatchObject([
    { message: 'is 102402 bytes long as UTF-8; 102400 are allowed' },
  ]);
});

test.each(['\u200b', '\u3164', '\u2800', '\u00ad\ufe0f', '\u{e0041}', '\u115f \u1160'])(
  'a text that shows nothing is refused: %j',
  (text) => {
    for (const schema of [titleSchema, postBodySchema, commentBodySchema]) {
      expect(schema.safeParse(text).error?.issues).toMatchObject([
        { message: 'has no visible characters' },
      ]);
    }
  },
);

test('a title can not reorder the text around it, but a body may reorder its own lines', () => {
  const text = 'a\u202egnp.exe';
  expect(titleSchema.safeParse(text).error?.issues).toMatchObject([
    { message: 'contains a bidirectional override' },
  ]);
  expect(titleSchema.safeParse('\u2067שלום').success).toBe(false);
  expect(titleSchema.parse('\u2067שלום\u2069')).toBe('\u2067שלום\u2069');
  expect(commentBodySchema.parse(text)).toBe(text);
});

test('the pattern of the OpenAPI document matches every accepted text', () => {
  const patternOf = (schema: typeof titleSchema): RegExp =>
    new RegExp(String(schema.meta()?.pattern), 'u');
  const patterns = [titleSchema, commentBodySchema].map(
    (schema) => [schema, patternOf(schema)] as const,
  );
  const odd = fc.constantFrom('\u200b', '\u202e', '\u2066', '\u2069', '\u3164', '\n', ' ', 'a');
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(odd, { maxLength: 6 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (given) => {
      for (const [schema, pattern] of patterns) {
        const taken = schema.safeParse(given);
        if (taken.success) expect(taken.data).toMatch(pattern);
      }
    }),
    { numRuns: 2_000 },
  );
  expect('\u3164\u200b').not.toMatch(patternOf(titleSchema));
});

test('an accepted text is accepted again, unchanged, and has no control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const once = commentBodySchema.safeParse(text);
      if (!once.success) return;
      expect(commentBodySchema.parse(once.data)).toBe(once.data);
      expect(once.data).not.toMatch(/[^\P{Cc}\n\t]/u);
      expect(once.data.isWellFormed()).toBe(true);
      expect(once.data.normalize('NFC')).toBe(once.data);
    }),
  );
});

test('a text of the greatest size that shows nothing is refused at once', () => {
  expect(postBodySchema.safeParse(' '.repeat(102_400)).success).toBe(false);
});
