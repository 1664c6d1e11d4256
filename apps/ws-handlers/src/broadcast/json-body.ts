import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Problem } from '../problem.ts';

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: Problem };

/**
 * The JSON body of an HTTP API event, or the problem that it is: 415 for another media type, 413
 * over the limit (bytes), 400 for what is not JSON.
 */
export function readJsonBody(
  event: Pick<APIGatewayProxyEventV2, 'headers' | 'body' | 'isBase64Encoded'>,
  maxBytes: number,
): JsonBody {
  const mediaType = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    return failed(415, 'The body must be application/json');
  }
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > maxBytes) {
    return failed(413, `The body is over ${maxBytes} bytes`);
  }
  try {
    return { ok: true, value: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return failed(400, 'The body is not JSON');
  }
}

function failed(status: Problem['status'], detail: string): JsonBody {
  return { ok: false, problem: { status, detail } };
}
