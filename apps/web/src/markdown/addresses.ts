import { decodeCharacters } from './characters.ts';

/** Any base will do: an address without a scheme is one of this site. */
const BASE = 'https://blog.invalid';
const LINKS = new Set(['http:', 'https:', 'mailto:']);

/**
 * Where a link leads, as it was written; undefined when it must not lead there. The browser's own
 * parser decides what the scheme is, so tricks with its spelling are no tricks.
 */
export function linkAddress(written: string): string | undefined {
  const address = decodeCharacters(written).trim();
  return LINKS.has(parse(address)?.protocol ?? '') ? address : undefined;
}

/** Where an image is; undefined unless it comes over HTTPS. Pages of HTTPS load no others. */
export function imageAddress(written: string): string | undefined {
  const url = parse(decodeCharacters(written).trim());
  return url?.protocol === 'https:' && url.origin !== BASE ? url.href : undefined;
}

function parse(address: string): URL | undefined {
  return URL.parse(address, BASE) ?? undefined;
}
