import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeUtf8 } from '@blogapp/shared-types';
import type { Problem } from '../problem.ts';
import { findLostNumber } from './lost-numbers.ts';

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: Problem };

/**
 * The JSON body of an HTTP API event, or the problem that it is: 415 for another media type, 413
 * over the limit (bytes), 400 for what is not JSON in UTF-8, 422 for numbers that can not be kept.
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
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    return failed(
      400,
      'The body is not UTF-8, or holds U+FFFD, which stands for bytes that are not: write it as \\ufffd if it is meant',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failed(400, 'The body is not JSON');
  }
  const lost = findLostNumber(text);
  if (lost !== undefined) {
    return failed(422, `The number ${lost} can not be kept: send it as a text`);
  }
  return { ok: true, value };
}

function failed(status: Problem['status'], detail: string): JsonBody {
  return { ok: false, problem: { status, detail } };
}
