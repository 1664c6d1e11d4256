import { parseJsonBody, ProblemError } from '@blogapp/problems';
import type { JsonBody } from '@blogapp/problems';

/**
 * The most bytes of a request's body. A post of 100 KB of text that is not ASCII is three times as
 * long when its JSON is escaped.
 */
export const MAX_BODY_BYTES = 320 * 1024;

/**
 * Checks the size in the header, before the body is read.
 *
 * @throws ProblemError (413) when it is too large
 */
export function assertNotTooLarge(contentLength: string | null): void {
  if (Number(contentLength ?? 0) <= MAX_BODY_BYTES) return;
  throw new ProblemError('content-too-large', {
    detail: `The body is over ${MAX_BODY_BYTES} bytes`,
  });
}

/**
 * Reads a request's body as JSON, after checking its type and size.
 *
 * @throws ProblemError (400, 413, 415)
 */
export async function readJsonBody(request: Request): Promise<JsonBody> {
  const { headers, method } = request;
  assertNotTooLarge(headers.get('content-length'));
  return await parseJsonBody(
    {
      contentType: headers.get('content-type') ?? undefined,
      contentEncoding: headers.get('content-encoding') ?? undefined,
      read: async () => new Uint8Array(await request.arrayBuffer()),
    },
    { maxBytes: MAX_BODY_BYTES, mergePatch: method === 'PATCH' },
  );
}
