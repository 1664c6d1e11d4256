import type { Events } from '../events/index.ts';
import type { ExistingTable } from '../services/index.ts';
import { placeOfCall, type Principal } from '../signature/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { dynamoDbChanges } from './dynamodb-changes.ts';
import { dynamoDbUse } from './dynamodb-use.ts';
import { readS3Request } from './s3-call.ts';
import { sqsUse } from './sqs-use.ts';
import { idsIn, textMember } from './body-text.ts';
import type { CallUse } from './call.ts';

/**
 * Emits the fact of an AWS call.
 *
 * @param tables the tables of the stack
 * @param startedAt the value of `performance.now()` when the request arrived, in ms
 */
export function emitCall(
  events: Events,
  tables: readonly ExistingTable[],
  call: AwsCall,
  response: AwsResponse,
  principal: Principal | undefined,
  startedAt: number,
): void {
  // The WebSocket gateway emits the facts of calls to `@connections`.
  if (!events.hasListeners || call.service === 'execute-api') return;
  events.emit({
    ...{ type: 'aws.call', timeMs: events.now(), caller: principal?.name },
    service: call.service,
    operation: call.operation,
    statusCode: response.statusCode,
    errorType: response.statusCode >= 400 ? errorTypeOf(response) : undefined,
    requestBytes: call.body.length,
    responseBytes: Buffer.byteLength(response.body),
    durationMs: performance.now() - startedAt,
    requestId: response.headers['x-amzn-requestid'] ?? response.headers['x-amzn-RequestId'],
    ...placeOfCall(call.headers, principal),
    ...useOf(call, response),
    ...changesOf(call, response, tables, startedAt),
  });
}

function changesOf(
  call: AwsCall,
  response: AwsResponse,
  tables: readonly ExistingTable[],
  startedAt: number,
): CallUse {
  if (call.service !== 'dynamodb' || response.statusCode !== 200) return {};
  const endMs = Date.now();
  const startMs = endMs - (performance.now() - startedAt);
  const wrote = dynamoDbChanges(call, tables, { startMs, endMs });
  return wrote.length === 0 ? {} : { wrote };
}

function useOf(call: AwsCall, response: AwsResponse): CallUse {
  switch (call.service) {
    case 'dynamodb':
      return dynamoDbUse(call, response);
    case 'sqs':
      return sqsUse(call, response);
    case 'lambda':
      return { resource: /\/functions\/([^/]+)/.exec(call.path)?.[1] };
    case 's3':
      return { resource: readS3Request(call).bucket, ...wroteOf(idOfS3Request(call, response)) };
    case 'sns':
      return { resource: namedIn(call), ...wroteOf(idsIn(response.body, 'MessageId')) };
    case 'events':
      return { resource: namedIn(call), ...wroteOf(idsIn(response.body, 'EventId')) };
    default:
      return { resource: namedIn(call) };
  }
}

function wroteOf(wrote: readonly string[]): CallUse {
  return wrote.length === 0 ? {} : { wrote };
}

/** Gives the request id of a call that may change an object. */
function idOfS3Request({ method }: AwsCall, { headers, statusCode }: AwsResponse): string[] {
  const id = headers['x-amz-request-id'];
  const isWrite = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
  return isWrite && statusCode < 300 && id !== undefined ? [id] : [];
}

/**
 * Gives the resource that a call to another service names: a topic, an event bus, a schedule, a
 * parameter or a secret.
 */
function namedIn({ body, protocol }: AwsCall): string | undefined {
  if (protocol === 'query') {
    const arn = new URLSearchParams(body.toString('utf8')).get('TopicArn');
    return arn?.split(':').at(-1);
  }
  const name =
    textMember(body, 'EventBusName') ?? textMember(body, 'SecretId') ?? textMember(body, 'Name');
  return name?.split(/[:/](?=[^:/]+$)/).at(-1);
}

/**
 * Reads the error code, such as `ConditionalCheckFailedException`, from a response in any protocol.
 */
function errorTypeOf({ headers, body }: AwsResponse): string | undefined {
  const header = headers['x-amzn-errortype'] ?? headers['x-amzn-ErrorType'];
  if (header !== undefined) return header.split(':')[0];
  const text = body.toString().slice(0, 4096);
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1];
  return type ?? /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
}
