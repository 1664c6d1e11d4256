import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { HeaderPair, HttpResponse } from './response.ts';
import { isRecord } from '../is-record.ts';
import { SamOfflineError } from '../sam-offline-error.ts';

/** A function's result does not have the payload format. The message says why. */
export class MalformedResponseError extends SamOfflineError {
  override readonly name = 'MalformedResponseError';
}

/** How the result of a function is read. */
export interface ResultFormat {
  readonly payloadFormatVersion: '1.0' | '2.0';
  /** The content type of a response if the result has none. */
  readonly defaultContentType: string;
  /** True for HTTP APIs, which send a JSON string as its text. Function URLs send the JSON. */
  readonly unquotesStrings: boolean;
  /**
   * Present for REST APIs, which do not accept unknown members, and decode base64 only for some
   * clients.
   */
  readonly rest?: { readonly decodesBase64: boolean };
}

/**
 * Makes the response to the client from a function's payload.
 *
 * With format 2.0, a payload that is not an object with a `statusCode` is the body itself, with the
 * status 200 and `application/json`, even if it is not JSON (AWS's test tool does the same:
 * https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2). Format 1.0 needs
 * an object.
 *
 * @throws MalformedResponseError if AWS would respond with its own error
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */
export function parseFunctionResult(payload: Buffer, format: ResultFormat): HttpResponse {
  const text = payload.toString('utf8');
  let result: unknown;
  try {
    result = JSON.parse(text);
  } catch {
    result = undefined;
  }
  if (isRecord(result) && 'statusCode' in result) return readResult(result, format);
  if (format.payloadFormatVersion === '1.0') {
    throw new MalformedResponseError('payload format 1.0 needs an object with a statusCode');
  }
  return {
    statusCode: 200,
    headers: [['Content-Type', 'application/json']],
    body: typeof result === 'string' && format.unquotesStrings ? result : payload,
  };
}

/** Reads a result object, or the metadata of a streamed result, whose body is separate. */
export function readResult(
  result: Readonly<Record<string, unknown>>,
  format: ResultFormat,
  body: Buffer | string = readBody(result, format.rest?.decodesBase64 ?? true),
): HttpResponse {
  if (format.rest !== undefined) checkMembers(result);
  const statusCode = readStatusCode(result.statusCode);
  const headers: HeaderPair[] = [];
  readHeaders(result.headers, headers);
  if (format.payloadFormatVersion === '1.0') {
    readMultiValueHeaders(result.multiValueHeaders, headers, format.rest !== undefined);
  } else {
    readCookies(result.cookies, headers);
  }
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', format.defaultContentType]);
  }
  return { statusCode, headers, body };
}

const REST_MEMBERS = new Set([
  ...['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'],
]);

/** Checks that a result has only known members. On AWS, other members make it malformed. */
function checkMembers(result: Readonly<Record<string, unknown>>): void {
  const other = Object.keys(result).find((name) => !REST_MEMBERS.has(name));
  if (other !== undefined)
    throw new MalformedResponseError(`${other} is not a member of a response`);
}

function readStatusCode(value: unknown): number {
  const statusCode = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (
    typeof statusCode !== 'number' ||
    !Number.isInteger(statusCode) ||
    statusCode < 200 ||
    statusCode > 599
  ) {
    throw new MalformedResponseError(
      `statusCode must be an integer from 200 to 599, not ${show(value)}`,
    );
  }
  return statusCode;
}

function readBody(
  result: Readonly<Record<string, unknown>>,
  decodesBase64: boolean,
): Buffer | string {
  const { body } = result;
  const isBase64Encoded = result.isBase64Encoded === true;
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') {
    throw new MalformedResponseError(`body must be a string, not ${show(body)}`);
  }
  return isBase64Encoded && decodesBase64 ? Buffer.from(body, 'base64') : body;
}

function readHeaders(value: unknown, headers: HeaderPair[]): void {
  if (value === undefined || value === null) return;
  if (!isRecord(value)) {
    throw new MalformedResponseError(`headers must be an object, not ${show(value)}`);
  }
  for (const [name, one] of Object.entries(value)) addHeader(name, one, headers);
}

/**
 * @param merges true for REST APIs: a name in `headers` and `multiValueHeaders` has the values of
 * both; otherwise it has those of `multiValueHeaders`
 */
function readMultiValueHeaders(value: unknown, headers: HeaderPair[], merges: boolean): void {
  if (value === undefined || value === null) return;
  if (!isRecord(value)) {
    throw new MalformedResponseError(`multiValueHeaders must be an object, not ${show(value)}`);
  }
  for (const [name, values] of Object.entries(value)) {
    if (!Array.isArray(values)) {
      throw new MalformedResponseError(
        `multiValueHeaders['${name}'] must be an array, not ${show(values)}`,
      );
    }
    // A value that is in both is only sent once.
    const lowerCase = name.toLowerCase();
    const single = headers.findIndex(
      ([other, text]) =>
        other.toLowerCase() === lowerCase && (!merges || values.map(String).includes(text)),
    );
    if (single !== -1) headers.splice(single, 1);
    for (const one of values) addHeader(name, one, headers);
  }
}

function readCookies(value: unknown, headers: HeaderPair[]): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) {
    throw new MalformedResponseError(`cookies must be an array of strings, not ${show(value)}`);
  }
  for (const cookie of value) addHeader('Set-Cookie', cookie, headers);
}

/**
 * Headers about the connection and the length of the body. The gateway sets them, so those of a
 * function are dropped.
 */
const FRAMING = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function addHeader(name: string, value: unknown, headers: HeaderPair[]): void {
  if (FRAMING.has(name.toLowerCase())) return;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new MalformedResponseError(`header ${name} must be a string, not ${show(value)}`);
  }
  const text = String(value);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
  } catch (error) {
    throw new MalformedResponseError(error instanceof Error ? error.message : String(error));
  }
  headers.push([name, text]);
}

function show(value: unknown): string {
  const text = value === undefined ? 'undefined' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
