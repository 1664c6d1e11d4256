/** @jest-environment node */
import { excerptText } from './excerpt.ts';

test.each([
  ['# A title\n\nText **bold** and *soft*, ~~gone~~.', 'A title Text bold and soft, gone.'],
  ['[a link](https://example.com) and ![a picture](x.png)', 'a link and a picture'],
  ['A link that is cut [off](https://exam', 'A link that is cut off'],
  ['- one\n- two\n1. three\n> said', 'one two three said'],
  ['```js\nconst a = 1;\n```\nand `code`', 'const a = 1; and code'],
  ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
  ['above\n\n---\n\nbelow', 'above below'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
])('%j reads "%s"', (markdown, text) => {
  expect(excerptText(markdown)).toBe(text);
});

test.each([
  ['a complete word', `${'word '.repeat(55)}words`, `${'word '.repeat(55).trim()}…`],
  ['a letter, when there are no spaces', '字'.repeat(279), `${'字'.repeat(279)}…`],
])('a text that was cut ends after %s', (_what, markdown, text) => {
  expect(excerptText(markdown)).toBe(text);
});

test('a long text of markup takes little time', () => {
  expect(excerptText('*_`['.repeat(5_000)).length).toBeGreaterThan(0);
});
