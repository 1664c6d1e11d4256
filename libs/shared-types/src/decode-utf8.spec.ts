import { decodeUtf8 } from './decode-utf8.ts';

test.each(['', 'text', 'é', '字', '😀', '\ufffe'])('reads %j', (text) => {
  expect(decodeUtf8(Buffer.from(text))).toBe(text);
});

test.each([
  ['a byte that no character begins with', [0xff]],
  ['a continuation without a start', [0x61, 0x80]],
  ['a character whose last byte is missing', [0xe3, 0x81]],
  ['an overlong form', [0xc0, 0xaf]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
  ['a code point beyond the last one', [0xf4, 0x90, 0x80, 0x80]],
  ['Latin 1', [...Buffer.from('café', 'latin1')]],
  ['the U+FFFD that a gateway put in place of such bytes', [...Buffer.from('caf\ufffd')]],
])('refuses %s', (_case, bytes) => {
  expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
});
