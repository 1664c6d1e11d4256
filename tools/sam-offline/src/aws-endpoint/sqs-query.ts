import { newRequestId } from '../ids/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { errorResponse, escapeXml, xmlResponse } from './errors.ts';

/**
 * SQS's Query protocol, which SDKs used until 2023 and some still use: flattened lists and maps as
 * form parameters (`AttributeName.1=All`, `Attribute.1.Name=…&Attribute.1.Value=…`), responses in
 * XML.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SDKs/sqs-making-api-requests-xml.html
 */
interface ListShape {
  readonly name: string;
  readonly of: 'text' | 'entry';
}

/** The flattened lists, by the prefix of their parameters. */
const LISTS: Readonly<Record<string, ListShape>> = {
  AttributeName: { name: 'AttributeNames', of: 'text' },
  MessageAttributeName: { name: 'MessageAttributeNames', of: 'text' },
  MessageSystemAttributeName: { name: 'MessageSystemAttributeNames', of: 'text' },
  TagKey: { name: 'TagKeys', of: 'text' },
  SendMessageBatchRequestEntry: { name: 'Entries', of: 'entry' },
  DeleteMessageBatchRequestEntry: { name: 'Entries', of: 'entry' },
  ChangeMessageVisibilityBatchRequestEntry: { name: 'Entries', of: 'entry' },
};
/** The flattened maps, with the members for an element's key and value. */
const MAPS: Readonly<Record<string, { readonly name: string; readonly key: string }>> = {
  Attribute: { name: 'Attributes', key: 'Name' },
  MessageAttribute: { name: 'MessageAttributes', key: 'Name' },
  MessageSystemAttribute: { name: 'MessageSystemAttributes', key: 'Name' },
  Tag: { name: 'Tags', key: 'Key' },
};
const NUMBERS = new Set([
  'MaxNumberOfMessages',
  'WaitTimeSeconds',
  'VisibilityTimeout',
  'DelaySeconds',
  'MaxResults',
]);

/** Converts a Query request to its JSON input. */
export function queryToJson(call: AwsCall): Readonly<Record<string, unknown>> {
  const parameters = new URLSearchParams(
    call.method === 'POST' ? call.body.toString('utf8') : call.query,
  );
  const input = structureOf([...parameters].filter(([name]) => !isProtocolParameter(name)));
  // A request that is sent to the queue's URL does not contain the URL.
  return call.path.length > 1 && input.QueueUrl === undefined
    ? { QueueUrl: `http://${call.headers.host ?? ''}${call.path}`, ...input }
    : input;
}

function isProtocolParameter(name: string): boolean {
  return name === 'Action' || name === 'Version' || name.startsWith('X-Amz-');
}

function structureOf(parameters: readonly (readonly [string, string])[]): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  const groups = new Map<string, Map<string, [string, string][]>>();
  for (const [name, value] of parameters) {
    const [head = '', index, ...rest] = name.split('.');
    if (index === undefined || !/^\d+$/.test(index)) {
      structure[name] = NUMBERS.has(name) ? Number(value) : value;
      continue;
    }
    const group = groups.get(head) ?? new Map<string, [string, string][]>();
    groups.set(head, group);
    group.set(index, [...(group.get(index) ?? []), [rest.join('.'), value]]);
  }
  for (const [head, elements] of groups) addGroup(structure, head, [...elements.values()]);
  return structure;
}

function addGroup(
  structure: Record<string, unknown>,
  head: string,
  elements: readonly (readonly [string, string])[][],
): void {
  const map = MAPS[head];
  const list = LISTS[head];
  if (map !== undefined) {
    structure[map.name] = Object.fromEntries(
      elements.map((element) => [memberOf(element, map.key), valueOf(element)]),
    );
  } else if (list !== undefined) {
    structure[list.name] = elements.map((element) =>
      list.of === 'text' ? element[0]?.[1] : structureOf(element),
    );
  }
}

function memberOf(element: readonly (readonly [string, string])[], name: string): string {
  return element.find(([member]) => member === name)?.[1] ?? '';
}

/**
 * Reads a value. `Value=x` is a string; `Value.DataType=String&Value.StringValue=x` is a message
 * attribute.
 */
function valueOf(element: readonly (readonly [string, string])[]): unknown {
  const members = element.filter(([member]) => member.startsWith('Value.'));
  return members.length === 0
    ? memberOf(element, 'Value')
    : Object.fromEntries(members.map(([member, value]) => [member.slice(6), value]));
}

/** The XML element names of lists in responses. */
const RESPONSE_LISTS: Readonly<Record<string, string>> = {
  QueueUrls: 'QueueUrl',
  Messages: 'Message',
  queueUrls: 'QueueUrl',
  Failed: 'BatchResultErrorEntry',
};
const RESPONSE_MAPS: Readonly<Record<string, { readonly element: string; readonly key: string }>> =
  {
    Attributes: { element: 'Attribute', key: 'Name' },
    MessageAttributes: { element: 'MessageAttribute', key: 'Name' },
    Tags: { element: 'Tag', key: 'Key' },
  };

/** Converts a JSON response to an XML response of the Query protocol. */
export function jsonToXml(operation: string, response: AwsResponse): AwsResponse {
  const output = JSON.parse(response.body.toString() || '{}') as Readonly<Record<string, unknown>>;
  if (response.statusCode >= 300) {
    const type = textOf(output.__type, 'InternalFailure');
    const queryCode = response.headers['x-amzn-query-error']?.split(';')[0];
    const code = queryCode ?? type.slice(type.indexOf('#') + 1);
    return errorResponse('query', response.statusCode, code, textOf(output.message, ''));
  }
  const requestId = response.headers['x-amzn-requestid'] ?? newRequestId();
  const result = membersOf(output, operation);
  return xmlResponse(
    200,
    `<?xml version="1.0"?><${operation}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">` +
      (result === '' ? '' : `<${operation}Result>${result}</${operation}Result>`) +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
    requestId,
  );
}

function membersOf(structure: Readonly<Record<string, unknown>>, operation: string): string {
  return Object.entries(structure)
    .map(([name, value]) => memberXml(name, value, operation))
    .join('');
}

function memberXml(name: string, value: unknown, operation: string): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const element =
      name === 'Successful' ? `${operation}ResultEntry` : (RESPONSE_LISTS[name] ?? name);
    return value.map((each: unknown) => memberXml(element, each, operation)).join('');
  }
  const map = RESPONSE_MAPS[name];
  if (typeof value === 'object') {
    if (map === undefined) {
      return `<${name}>${membersOf(value as Readonly<Record<string, unknown>>, operation)}</${name}>`;
    }
    return Object.entries(value)
      .map(
        ([key, each]) =>
          `<${map.element}><${map.key}>${escapeXml(key)}</${map.key}>${memberXml('Value', each, operation)}</${map.element}>`,
      )
      .join('');
  }
  return `<${name}>${escapeXml(textOf(value, ''))}</${name}>`;
}

function textOf(value: unknown, otherwise: string): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : otherwise;
}
