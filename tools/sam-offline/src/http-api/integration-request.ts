import type { IntegrationRequest } from '../gateway/index.ts';
import type { ApiRequest } from './request-context.ts';

/**
 * A request as an integration that maps sees it.
 *
 * @param context `$context`
 * @param route as the source of a permission has it: `GET/posts/{postId}`
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
    // `headers` holds what is passed on: headers of the connection are not in it.
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

/** REST APIs have path parameters as they were sent. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
