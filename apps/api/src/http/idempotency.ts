import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { IdempotencyStore, StoredResponse } from '@blogapp/data-access';
import { ProblemError } from '@blogapp/problems';
import type { ResponseParts } from './respond.ts';

const MAX_KEY_CHARACTERS = 255;
/**
 * A response of at least this size (characters) is stored compressed, because an item has at most
 * 400 KB.
 */
const MIN_COMPRESSED_CHARACTERS = 4_096;

/**
 * Reads `Idempotency-Key`: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
 *
 * @throws ProblemError (400)
 */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.trim();
  if (/^[\u0020-\u007e]+$/.test(key) && key.length <= MAX_KEY_CHARACTERS) return key;
  throw new ProblemError('malformed-request', {
    detail: 'Idempotency-Key is malformed',
    errors: [
      {
        parameter: 'Idempotency-Key',
        detail: `is not 1 to ${MAX_KEY_CHARACTERS} printable ASCII characters`,
      },
    ],
  });
}

export interface KeyedRequest {
  readonly userId: string;
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
}

/**
 * Serves a request once. A second request with the same key gets the first one's response. A
 * failure is not stored, so the request may be tried again with the same key.
 *
 * @param work gets the id of the resource that the request creates. If a try dies in the middle,
 * the next one gets the same id.
 * @throws IdempotencyMismatchError, RequestInProgressError, and what `work` throws
 */
export async function respondOnce(
  store: IdempotencyStore,
  { userId, key, method, path, body }: KeyedRequest,
  work: (resourceId: string) => Promise<ResponseParts>,
): Promise<ResponseParts> {
  const requestHash = hash(
    'sha256',
    Buffer.concat([Buffer.from(`${method} ${path}\n`), body]),
    'base64url',
  );
  const outcome = await store.begin({ userId, key, requestHash });
  if (outcome.kind === 'completed') return partsOf(outcome.response);
  const { claim } = outcome;
  let parts: ResponseParts;
  try {
    parts = await work(claim.resourceId);
  } catch (error) {
    // If this fails, the request can be repeated once the claim expires. The caller needs the first error.
    await store.release(claim).catch(() => undefined);
    throw error;
  }
  await store.complete(claim, storedResponseOf(parts));
  return parts;
}

function storedResponseOf({ status, headers, body = '', etag }: ResponseParts): StoredResponse {
  const kept = { ...headers, ...(etag !== undefined && { etag }) };
  return body.length < MIN_COMPRESSED_CHARACTERS
    ? { status, headers: kept, body }
    : {
        status,
        headers: { ...kept, 'content-encoding': 'gzip' },
        body: gzipSync(body).toString('base64'),
      };
}

function partsOf({ status, headers, body }: StoredResponse): ResponseParts {
  const { etag, 'content-encoding': encoding, ...rest } = headers;
  return {
    status,
    headers: { ...rest, 'idempotency-replayed': 'true' },
    body: encoding === 'gzip' ? gunzipSync(Buffer.from(body, 'base64')).toString() : body,
    ...(etag !== undefined && { etag }),
  };
}
