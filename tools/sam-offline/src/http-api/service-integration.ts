import { type CallService, EndpointError, type ServiceRequest } from '../gateway/index.ts';
import type { HttpServiceRoute } from '../template/index.ts';
import { isRecord } from '../is-record.ts';
import { mappedValue } from './mapped-value.ts';
import type { ApiRequest } from './request-context.ts';
import { type HttpResponse, integrationTimedOut, internalServerError } from './response.ts';

/**
 * The maximum time-out, in ms. "Maximum integration timeout: 30 seconds"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html).
 */
const TIMEOUT_MS = 30_000;

/**
 * Calls the service of a route with the permissions of the integration's role. The response is the
 * service's response: XML of the Query protocol from SQS, JSON from EventBridge.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
 */
export async function callService(
  apiRequest: ApiRequest,
  { subtype, parameters, role }: Pick<HttpServiceRoute, 'subtype' | 'parameters' | 'role'>,
  call: CallService,
): Promise<HttpResponse> {
  if (role === undefined) return internalServerError;
  const values = new Map<string, string>();
  for (const [name, expression] of Object.entries(parameters)) {
    const value = mappedValue(expression, apiRequest);
    if (value !== undefined) values.set(name, value);
  }
  const [service = '', operation = ''] = subtype.split('-');
  try {
    const response = await call({
      ...{ method: 'POST', path: '/', region: values.get('Region') ?? apiRequest.api.region },
      ...{ roleArn: role.arn, timeoutMs: TIMEOUT_MS },
      ...(service === 'SQS' ? queueRequest(operation, values) : eventRequest(values)),
    });
    if (response === undefined) return integrationTimedOut;
    const contentType = response.headers.find(([name]) => name.toLowerCase() === 'content-type');
    return {
      statusCode: response.statusCode,
      headers: [['Content-Type', contentType?.[1] ?? 'application/json']],
      body: response.body,
    };
  } catch (error) {
    if (error instanceof EndpointError) return internalServerError;
    throw error;
  }
}

type OfService = Pick<ServiceRequest, 'service' | 'headers' | 'body'>;

function queueRequest(operation: string, values: ReadonlyMap<string, string>): OfService {
  const form = new URLSearchParams({ Action: operation, Version: '2012-11-05' });
  for (const [name, value] of values) {
    if (name === 'Region') continue;
    for (const [key, text] of flattened(name, value)) form.set(key, text);
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { service: 'sqs', headers, body: Buffer.from(form.toString()) };
}

/**
 * Converts a list or a map to parameters of the Query protocol, which have numbers:
 * `MessageAttribute.1.Name=…&MessageAttribute.1.Value.DataType=…`.
 */
function flattened(name: string, value: string): [string, string][] {
  const isStructured = /(?:Attributes|AttributeNames)$/.test(name);
  const parsed = isStructured ? parsedJson(value) : undefined;
  const singular = name.replace(/s$/, '');
  if (Array.isArray(parsed)) {
    return parsed.map((item, index) => [`${singular}.${index + 1}`, String(item)]);
  }
  if (!isRecord(parsed)) return [[isStructured ? `${singular}.1` : name, value]];
  return Object.entries(parsed).flatMap(([key, attribute], index): [string, string][] => {
    const prefix = `${singular}.${index + 1}`;
    const members = isRecord(attribute) ? Object.entries(attribute) : [];
    return [
      [`${prefix}.Name`, key],
      ...members.map(([member, text]): [string, string] => [
        `${prefix}.Value.${member}`,
        String(text),
      ]),
    ];
  });
}

/** Makes the request of `PutEvents`. */
function eventRequest(values: ReadonlyMap<string, string>): OfService {
  const entry: Record<string, unknown> = {};
  for (const [name, value] of values) {
    if (name === 'Region') continue;
    if (name === 'Resources') entry[name] = parsedJson(value) ?? value.split(',');
    else if (name === 'Time') entry[name] = Date.parse(value) / 1000;
    else entry[name] = value;
  }
  return {
    service: 'events',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
    },
    body: Buffer.from(JSON.stringify({ Entries: [entry] })),
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
