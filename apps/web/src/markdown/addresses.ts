import { decodeCharacters } from './characters.ts';

/** Any base is possible here: an address without a scheme belongs to this site. */
const BASE = 'https://blog.invalid';
const LINKS = new Set(['http:', 'https:', 'mailto:']);

/**
 * The address of a link as it was written; undefined when it is not allowed. The browser's own
 * parser reads the scheme, so unusual spellings do not pass the check.
 */
export function linkAddress(written: string): string | undefined {
  const address = decodeCharacters(written).trim();
  return LINKS.has(parse(address)?.protocol ?? '') ? address : undefined;
}

/**
 * The address of an image; undefined unless it uses HTTPS. Pages over HTTPS load no other images.
 */
export function imageAddress(written: string): string | undefined {
  const url = parse(decodeCharacters(written).trim());
  return url?.protocol === 'https:' && url.origin !== BASE ? url.href : undefined;
}

function parse(address: string): URL | undefined {
  return URL.parse(address, BASE) ?? undefined;
}
