import { decodeUtf8 } from '@blogapp/shared-types';
import { ProblemError } from './problem.ts';

/**
 * Bytes of a request's body. A post of 100 KB of text that is not ASCII is three times as long when
 * its JSON is escaped.
 */
export const MAX_BODY_BYTES = 320 * 1024;

const JSON_MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
const MERGE_PATCH_MEDIA_TYPE =
  /^application\/(?:merge-patch\+)?json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

export interface JsonBody {
  readonly bytes: Uint8Array;
  readonly value: unknown;
}

/** @throws ProblemError (413) when the header says already that the body is too large */
export function assertNotTooLarge(contentLength: string | null): void {
  if (Number(contentLength ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/**
 * Reads a request's body as JSON; its size and type are looked at before.
 *
 * @throws ProblemError (400, 413, 415)
 */
export async function readJsonBody(request: Request): Promise<JsonBody> {
  assertNotTooLarge(request.headers.get('content-length'));
  const contentType = request.headers.get('content-type') ?? '';
  const expected = request.method === 'PATCH' ? MERGE_PATCH_MEDIA_TYPE : JSON_MEDIA_TYPE;
  if (!expected.test(contentType.trim())) {
    const detail = `The body has to be application/json, in UTF-8${contentType === '' ? '; there is no Content-Type' : ''}`;
    throw new ProblemError('unsupported-media-type', { detail });
  }
  if (!/^(?:identity)?$/i.test(request.headers.get('content-encoding') ?? '')) {
    const detail = 'The body has to come without a Content-Encoding';
    throw new ProblemError('unsupported-media-type', { detail });
  }
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > MAX_BODY_BYTES) throw tooLarge();
  try {
    const text = decodeUtf8(bytes);
    if (text === undefined) throw notUtf8();
    return { bytes, value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('malformed-request', { detail: 'The body is not JSON in UTF-8' });
  }
}

function notUtf8(): ProblemError {
  const detail =
    'The body is not UTF-8, or holds U+FFFD, which stands for bytes that are not: write it as \\ufffd if it is meant';
  return new ProblemError('malformed-request', { detail });
}

function tooLarge(): ProblemError {
  const detail = `The body is over ${MAX_BODY_BYTES} bytes`;
  return new ProblemError('content-too-large', { detail });
}
