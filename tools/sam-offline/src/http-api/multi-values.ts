import { forwardedFor, stageVariables } from './event-v2.ts';
import type { ApiRequest } from './request-context.ts';
import { createRecord, type GatewayRequest } from './request.ts';

/**
 * Makes the members that events of REST APIs and of payload format 1.0 have in common: headers and
 * query parameters with all values and with the last value of each name, and nulls for missing
 * values.
 *
 * @param multiValueHeaders the headers in the API's form
 */
export function multiValueParts(
  { request, api, pathParameters }: ApiRequest,
  multiValueHeaders: Record<string, string[]>,
) {
  const multiValueQuery = createRecord<string[]>();
  for (const [name, value] of request.query) (multiValueQuery[name] ??= []).push(value);
  const hasQuery = request.query.length > 0;
  return {
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: hasQuery ? lastValues(multiValueQuery) : null,
    multiValueQueryStringParameters: hasQuery ? multiValueQuery : null,
    pathParameters: pathParameters ?? null,
    stageVariables: stageVariables(api.stageVariables) ?? null,
  };
}

/** The header names that the gateway changes to its own case. All others keep the client's case. */
const GATEWAY_CASE: Readonly<Record<string, string>> = { host: 'Host', 'user-agent': 'User-Agent' };

/** Makes the headers: the client's without `Content-Length`, and those that the gateway adds. */
export function gatewayHeaders(request: GatewayRequest): Record<string, string[]> {
  const headers = createRecord<string[]>();
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lowerCase = name.toLowerCase();
    const isReplaced =
      lowerCase === 'content-length' ||
      lowerCase === 'x-amzn-trace-id' ||
      lowerCase.startsWith('x-forwarded-');
    // `headers` only has the headers that are passed on, without hop-by-hop headers.
    if (isReplaced || request.headers[lowerCase] === undefined) continue;
    (headers[GATEWAY_CASE[lowerCase] ?? name] ??= []).push(rawHeaders[index + 1] ?? '');
  }
  headers['X-Amzn-Trace-Id'] = [request.traceId];
  headers['X-Forwarded-For'] = [forwardedFor(request)];
  headers['X-Forwarded-Port'] = [String(request.localPort)];
  headers['X-Forwarded-Proto'] = ['http'];
  return headers;
}

function lastValues(values: Record<string, string[]>): Record<string, string> {
  const last = createRecord();
  for (const name in values) last[name] = values[name]?.at(-1) ?? '';
  return last;
}
