import { decodeUtf8 } from '@blogapp/shared-types';
import { ProblemError } from './problem.ts';

const JSON_MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
const MERGE_PATCH_MEDIA_TYPE =
  /^application\/(?:merge-patch\+)?json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** A body as it was received, and the headers that describe it. */
export interface RawBody {
  /** `Content-Type`; undefined or empty when the request has none. */
  readonly contentType: string | undefined;
  /** `Content-Encoding`; undefined or empty when the request has none. */
  readonly contentEncoding: string | undefined;
  /** Reads the body; it is called only when the headers are valid. */
  readonly read: () => Uint8Array | Promise<Uint8Array>;
}

export interface JsonBodyOptions {
  readonly maxBytes: number;
  /** Whether `application/merge-patch+json` (RFC 7396) is accepted too. */
  readonly mergePatch?: boolean;
}

export interface JsonBody {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly value: unknown;
}

/**
 * Reads the body of a request as JSON.
 *
 * @throws ProblemError: 415 for another media type or an encoding, 413 for more than `maxBytes`, 400 for
 *   bytes that are not JSON in UTF-8
 */
export async function parseJsonBody(
  { contentType = '', contentEncoding = '', read }: RawBody,
  { maxBytes, mergePatch = false }: JsonBodyOptions,
): Promise<JsonBody> {
  const expected = mergePatch ? MERGE_PATCH_MEDIA_TYPE : JSON_MEDIA_TYPE;
  if (!expected.test(contentType.trim())) {
    const detail = `The body has to be application/json, in UTF-8${contentType === '' ? '; there is no Content-Type' : ''}`;
    throw new ProblemError('unsupported-media-type', { detail });
  }
  if (!/^(?:identity)?$/i.test(contentEncoding)) {
    const detail = 'The body has to come without a Content-Encoding';
    throw new ProblemError('unsupported-media-type', { detail });
  }
  const bytes = await read();
  if (bytes.length > maxBytes) {
    throw new ProblemError('content-too-large', { detail: `The body is over ${maxBytes} bytes` });
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    const detail =
      'The body is not UTF-8, or contains U+FFFD, which stands for bytes that are not: write it as \\ufffd if it is meant';
    throw new ProblemError('malformed-request', { detail });
  }
  try {
    return { bytes, text, value: JSON.parse(text) };
  } catch {
    throw new ProblemError('malformed-request', { detail: 'The body is not JSON in UTF-8' });
  }
}
