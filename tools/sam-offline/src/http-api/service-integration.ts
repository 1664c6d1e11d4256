import { newRequestId } from '../ids/index.ts';
import type { HttpServiceRoute } from '../template/index.ts';
import type { ApiRequest } from './request-context.ts';
import type { HttpResponse } from './response.ts';
import { isRecord } from './json.ts';
import { identityReaders } from './identity-source.ts';

/** What a service said to a call of an API. */
export type ServiceResult =
  | { readonly ok: true; readonly output: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      readonly statusCode: number;
      readonly code: string;
      readonly message: string;
    };

/** Calls SQS. @param input of `SendMessage` */
export type SendMessage = (input: Readonly<Record<string, unknown>>) => Promise<ServiceResult>;

/**
 * Sends the message that a route makes of its request, and responds with what SQS says, in the XML of its Query protocol.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html#SQS-SendMessage
 */
export async function callService(
  apiRequest: ApiRequest,
  { parameters }: Pick<HttpServiceRoute, 'parameters'>,
  sendMessage: SendMessage,
): Promise<HttpResponse> {
  const values = new Map<string, string>();
  for (const [name, expression] of Object.entries(parameters)) {
    const value = mappedValue(expression, apiRequest);
    if (value !== undefined) values.set(name, value);
  }
  const result = await sendMessage(messageOf(values));
  const requestId = newRequestId();
  if (!result.ok) {
    return xml(
      result.statusCode,
      'ErrorResponse',
      `<Error><Type>Sender</Type><Code>${escaped(result.code)}</Code><Message>${escaped(result.message)}</Message><Detail/></Error><RequestId>${requestId}</RequestId>`,
    );
  }
  const members = Object.entries(result.output)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`)
    .join('');
  return xml(
    200,
    'SendMessageResponse',
    `<SendMessageResult>${members}</SendMessageResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
  );
}

/** Parameters that are JSON in the call to SQS. */
const STRUCTURED = new Set(['MessageAttributes', 'MessageSystemAttributes']);
const TEXTS = ['QueueUrl', 'MessageBody', 'MessageGroupId', 'MessageDeduplicationId'];

function messageOf(values: ReadonlyMap<string, string>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of values) {
    if (TEXTS.includes(name)) input[name] = value;
    else if (name === 'DelaySeconds') input[name] = Number(value);
    else if (STRUCTURED.has(name)) input[name] = parsed(value);
  }
  return input;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const EXPRESSION = /^\$(?:request|context|stageVariables)\b/;

/**
 * The value of a parameter: a text, what `$request.body.message` and the like select, or a text with `${…}` in it.
 * Undefined where an expression selects nothing.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
function mappedValue(expression: string, apiRequest: ApiRequest): string | undefined {
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

/** The body, or what a path in its JSON selects: a text as it is, everything else as JSON. */
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

function xml(statusCode: number, element: string, content: string): HttpResponse {
  return {
    statusCode,
    headers: [['Content-Type', 'text/xml']],
    body: `<?xml version="1.0"?><${element} xmlns="http://queue.amazonaws.com/doc/2012-11-05/">${content}</${element}>`,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
