import { decodeNamedCharacterReference } from 'decode-named-character-reference';

/** https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references */
const REFERENCE = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z][a-z\d]{1,31}));/gi;
const REPLACEMENT = '\ufffd';

/**
 * Replaces character references: `&copy;` and `&#169;` become ©. An unknown name stays as it is.
 */
export function decodeCharacters(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    REFERENCE,
    (reference: string, hex: string | undefined, decimal: string | undefined, name?: string) => {
      if (name !== undefined) return decodeNamedCharacterReference(name) || reference;
      return characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}

function characterOf(code: number): string {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code === 0 || code > 0x10ffff || isSurrogate ? REPLACEMENT : String.fromCodePoint(code);
}
