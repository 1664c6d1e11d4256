import { CORRELATION_HEADER } from '@blogapp/observability';
import { PROBLEM_MEDIA_TYPE, problemDocument, ProblemError } from './problem.ts';

/**
 * Headers of every response. Programs read the API's responses: a browser must not run or frame
 * them, or guess another content type.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-site',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** A response in payload format 2.0, for an HTTP API and for a Function URL. */
export interface ProblemResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The response with the problem document of an error. */
export function problemResponse(
  problem: ProblemError,
  path: string,
  correlationId: string,
): ProblemResponse {
  return {
    statusCode: problem.status,
    headers: {
      ...SECURITY_HEADERS,
      'cache-control': 'no-store',
      ...problem.headers,
      'content-type': PROBLEM_MEDIA_TYPE,
      [CORRELATION_HEADER]: correlationId,
    },
    body: JSON.stringify(problemDocument(problem, path, correlationId)),
    isBase64Encoded: false,
  };
}

/** The response to a request that failed (500); the error is logged under the correlation id. */
export function failureResponse(path: string, correlationId: string): ProblemResponse {
  const detail = `It is logged under ${correlationId}`;
  return problemResponse(new ProblemError('internal-error', { detail }), path, correlationId);
}
