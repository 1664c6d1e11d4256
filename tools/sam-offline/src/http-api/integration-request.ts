import type { IntegrationRequest } from '../gateway/index.ts';
import type { ApiRequest } from './request-context.ts';

/**
 * Converts a request to the form for integrations with mappings.
 *
 * @param context the value of `$context`
 * @param route the route in the form that a permission's source ARN has: `GET/posts/{postId}`
 */
export function integrationRequestOf(
  { request, pathParameters = {}, api }: ApiRequest,
  context: object,
  route: string,
): IntegrationRequest {
  const headers: [string, string][] = [];
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // `headers` only has the headers that are passed on, without those of the connection.
    if (request.headers[name.toLowerCase()] !== undefined) {
      headers.push([name, rawHeaders[index + 1] ?? '']);
    }
  }
  return {
    ...{ method: request.method, querystring: request.query, headers, body: request.body },
    ...{ context, stageVariables: api.stageVariables, traceId: request.traceId, route },
    path: Object.fromEntries(
      Object.entries(pathParameters).map(([name, value]) => [name, decoded(value)]),
    ),
  };
}

/** Decodes a path parameter, because REST APIs have the parameters as they were sent. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
