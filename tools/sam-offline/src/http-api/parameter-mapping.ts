import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { IdentityReaders } from '../gateway/index.ts';
import type { ParameterMapping } from '../template/index.ts';
import { mappedValue } from './mapped-value.ts';
import type { ApiRequest } from './request-context.ts';
import { createRecord, type GatewayRequest, type NameAndValue } from './request.ts';
import type { HeaderPair, HttpResponse } from './response.ts';

const OPERATION = /^(append|overwrite|remove):(?:(header|querystring)\.(.+)|(path|statuscode))$/;

/**
 * Applies the parameter mapping of a route to a request. It can change headers, query parameters
 * and the path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mapRequest(
  { request: operations }: ParameterMapping,
  apiRequest: ApiRequest,
): GatewayRequest {
  const { request } = apiRequest;
  let query: readonly NameAndValue[] = request.query;
  let headers: readonly HeaderPair[] = pairsOf(request.rawHeaders);
  let { path } = request;
  for (const [key, expression] of Object.entries(operations)) {
    const [, operation = '', place, name = ''] = OPERATION.exec(key) ?? [];
    const value = operation === 'remove' ? undefined : mappedValue(expression, apiRequest);
    if (value === undefined && operation !== 'remove') continue;
    if (place === 'header') headers = changed(headers, operation, name, value, true);
    else if (place === 'querystring') query = changed(query, operation, name, value, false);
    else if (value !== undefined) path = value.startsWith('/') ? value : `/${value}`;
  }
  const joined = createRecord();
  for (const [name, value] of headers) {
    const lowerCase = name.toLowerCase();
    // Headers of the connection are not passed on, even if the mapping sets them.
    if (request.headers[lowerCase] === undefined && !isSet(operations, lowerCase)) continue;
    joined[lowerCase] = lowerCase in joined ? `${joined[lowerCase] ?? ''},${value}` : value;
  }
  return {
    ...{ ...request, path, query, headers: joined, rawHeaders: headers.flat() },
    rawQueryString: query === request.query ? request.rawQueryString : queryString(query),
  };
}

function isSet(operations: Readonly<Record<string, string>>, header: string): boolean {
  return Object.keys(operations).some((key) => OPERATION.exec(key)?.[3]?.toLowerCase() === header);
}

/**
 * Applies the parameter mapping for a response's status. It can change the headers and the status.
 * Its expressions can also read the response.
 */
export function mapResponse(
  { responses }: ParameterMapping,
  response: HttpResponse,
  readers: IdentityReaders,
): HttpResponse {
  const operations = responses[String(response.statusCode)];
  if (operations === undefined) return response;
  let { headers, statusCode } = response;
  for (const [key, expression] of Object.entries(operations)) {
    const [, operation = '', place, name = '', whole] = OPERATION.exec(key) ?? [];
    const value =
      operation === 'remove' ? undefined : valueOfResponse(expression, response, readers);
    if (value === undefined && operation !== 'remove') continue;
    if (place === 'header') headers = changed(headers, operation, name, value, true);
    const status = Number(value);
    if (whole === 'statuscode' && Number.isInteger(status) && status >= 200 && status <= 599) {
      statusCode = status;
    }
  }
  return { ...response, statusCode, headers };
}

function valueOfResponse(
  expression: string,
  response: HttpResponse,
  readers: IdentityReaders,
): string | undefined {
  const select = (inner: string): string | undefined => {
    const [, kind, name = ''] =
      /^(response\.header|response\.body|context|stageVariables)(?:\.(.+))?$/.exec(inner) ?? [];
    switch (kind) {
      case 'response.header':
        return response.headers.findLast(([other]) => isSame(other, name))?.[1];
      case 'response.body':
        return memberOf(response.body.toString(), name);
      case 'context':
        return readers.context(name);
      case 'stageVariables':
        return readers.stageVariable(name);
      default:
        return undefined;
    }
  };
  if (/^\$(?:response|context|stageVariables)\b/.test(expression))
    return select(expression.slice(1));
  return expression.replace(/\$\{([^{}]+)\}/g, (_all, inner: string) => select(inner) ?? '');
}

function memberOf(body: string, path: string): string | undefined {
  if (path === '') return body;
  try {
    let value: unknown = JSON.parse(body);
    for (const name of path.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
        return undefined;
      }
      value = Reflect.get(value, name);
    }
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** @param ignoresCase true if the names are header names */
function changed(
  pairs: readonly HeaderPair[],
  operation: string,
  name: string,
  value: string | undefined,
  ignoresCase: boolean,
): readonly HeaderPair[] {
  if (ignoresCase && !isHeader(name, value ?? '')) return pairs;
  const others =
    operation === 'append'
      ? pairs
      : pairs.filter(([other]) => (ignoresCase ? !isSame(other, name) : other !== name));
  return value === undefined ? others : [...others, [name, value]];
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

function pairsOf(raw: readonly string[]): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  }
  return pairs;
}

function queryString(query: readonly NameAndValue[]): string {
  return query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}
