import { identityReaders } from './identity-source.ts';
import { isRecord } from '../is-record.ts';
import type { ApiRequest } from './request-context.ts';

const EXPRESSION = /^\$(?:request|context|stageVariables)\b/;

/**
 * Gives the value of a mapped parameter. The expression is a static string, a selection such as
 * `$request.body.message`, or a string that contains `${…}`. Undefined if a selection finds
 * nothing.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mappedValue(expression: string, apiRequest: ApiRequest): string | undefined {
  if (EXPRESSION.test(expression)) return select(expression.slice(1), apiRequest);
  return expression.replace(
    /\$\{([^{}]+)\}/g,
    (_match, inner: string) => select(inner, apiRequest) ?? '',
  );
}

function select(expression: string, apiRequest: ApiRequest): string | undefined {
  const { request, pathParameters } = apiRequest;
  const readers = identityReaders(apiRequest);
  const [, kind = '', name = ''] =
    /^(request\.(?:header|querystring|path|body)|context|stageVariables)(?:\.(.+))?$/.exec(
      expression,
    ) ?? [];
  switch (kind) {
    case 'request.header':
      return readers.header(name.toLowerCase());
    case 'request.querystring':
      return readers.queryString(name);
    case 'request.path':
      return name === '' ? request.path : pathParameters?.[name];
    case 'request.body':
      return bodyAt(request.body.toString('utf8'), name);
    case 'stageVariables':
      return readers.stageVariable(name);
    case 'context':
      return readers.context(name);
    default:
      return undefined;
  }
}

/**
 * Gives the body, or the value at a path in its JSON. A string is returned as its text, every other
 * value as JSON.
 */
function bodyAt(body: string, path: string): string | undefined {
  if (path === '') return body;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const key of path.split('.')) {
    if (!(isRecord(value) || Array.isArray(value)) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
