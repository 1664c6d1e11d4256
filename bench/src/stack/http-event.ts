/**
 * An event of payload format 2.0, as the HTTP API sends it.
 *
 * @param path the path, with the query if there is one
 * @param body anything that JSON can say
 */
export function httpEvent(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): unknown {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { host: 'api.example', 'content-type': 'application/json', ...headers },
    requestContext: {
      ...{ accountId: '123456789012', apiId: 'abc', domainName: 'api.example' },
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'bench',
      },
      ...{ requestId: 'bench', routeKey: '$default', stage: '$default' },
      ...{ time: '23/Nov/2026:08:00:00 +0000', timeEpoch: Date.now() },
    },
    isBase64Encoded: false,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}
