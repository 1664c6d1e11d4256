import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/**
 * The least size that is compressed (bytes): for a smaller body, compression saves hardly any
 * packets. (API Gateway decodes the base64 that Lambda's response needs, so clients get the bytes.)
 */
export const MIN_COMPRESSED_BYTES = 2_048;

export type ContentEncoding = 'br' | 'gzip';

/**
 * Quality 4 of 11 is about as fast as gzip's default, and the result is smaller (measured in
 * docs/adr/0011-entity-tags-of-posts.md).
 */
const BROTLI_QUALITY = 4;

/**
 * The encoding for a client (RFC 9110, section 12.5.3); undefined when the client accepts none of
 * ours.
 */
export function chooseEncoding(acceptEncoding: string | undefined): ContentEncoding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const accepted = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    accepted.set(name, weight === undefined ? 1 : Number(weight));
  }
  const takes = (name: ContentEncoding): boolean =>
    (accepted.get(name) ?? accepted.get('*') ?? 0) > 0;
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : undefined;
}

/** The bytes of a text (UTF-8), compressed with gzip or Brotli. */
export function compress(text: string, encoding: ContentEncoding): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(text);
  return encoding === 'gzip'
    ? gzipSync(bytes)
    : brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      });
}
