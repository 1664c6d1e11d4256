import { CORRELATION_HEADER } from '@blogapp/observability';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Problem details (RFC 9457) of the type `about:blank`, whose title is the status's own. */
export interface Problem {
  readonly status: 400 | 413 | 415 | 422 | 500;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

const TITLES = {
  400: 'Bad Request',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
} satisfies Record<Problem['status'], string>;

/** An HTTP API answer with a problem as its body. */
export function problem(
  { status, detail, errors }: Problem,
  correlationId: string,
): APIGatewayProxyStructuredResultV2 & { readonly statusCode: number } {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', [CORRELATION_HEADER]: correlationId },
    body: JSON.stringify({
      type: 'about:blank',
      title: TITLES[status],
      status,
      detail,
      ...(errors && { errors }),
      correlationId,
    }),
  };
}
