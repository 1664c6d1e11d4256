import type { EventOf, EventType, StackEvent } from '../../events/index.ts';
import { isRefusal, readSegment, type Segment } from './segment.ts';

/** The types of facts that are parts of traces. */
export const TRACED_EVENTS: readonly EventType[] = [
  'aws.call',
  'http.request',
  'invocation.succeeded',
  'invocation.failed',
  'invocation.timed-out',
  'segment',
];

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  lambda: 'Lambda',
  'execute-api': 'ApiGatewayManagementApi',
  s3: 'S3',
  sns: 'SNS',
  events: 'EventBridge',
  scheduler: 'Scheduler',
  ssm: 'SSM',
  secretsmanager: 'SecretsManager',
};

/**
 * The part of a trace that a fact is. It is the document that a function sent, or for requests,
 * invocations and AWS calls the segment that X-Ray would have of the service.
 *
 * @param id the position of the fact in the store
 * @returns undefined if the fact belongs to no trace
 */
export function segmentOf(event: StackEvent, id: number): Segment | undefined {
  const { traceId } = event;
  if (traceId === undefined) return undefined;
  switch (event.type) {
    case 'segment': {
      const read = readSegment(event.document);
      return isRefusal(read) ? undefined : read;
    }
    case 'http.request':
      return requestSegment(event, traceId, id);
    case 'invocation.succeeded':
    case 'invocation.failed':
    case 'invocation.timed-out':
      return invocationSegment(event, id);
    case 'aws.call':
      return callSegment(event, traceId, id);
    default:
      return undefined;
  }
}

function requestSegment(event: EventOf<'http.request'>, traceId: string, id: number): Segment {
  const { apiId, stage, functionName, method, path, statusCode } = event;
  return {
    ...{ id: event.segmentId ?? idOf(id), trace_id: traceId },
    ...(event.parentId !== undefined && { parent_id: event.parentId }),
    name: apiId === undefined ? (functionName ?? 'Function URL') : `${apiId}/${stage ?? ''}`,
    ...times(event),
    http: {
      request: {
        method,
        url: path,
        ...(event.sourceIp !== undefined && { client_ip: event.sourceIp }),
      },
      response: { status: statusCode, content_length: event.responseBytes },
    },
    ...statusFlags(statusCode),
    ...{ origin: 'AWS::ApiGateway::Stage', aws: { request_id: event.requestId } },
  };
}

function invocationSegment(
  event:
    | EventOf<'invocation.succeeded'>
    | EventOf<'invocation.failed'>
    | EventOf<'invocation.timed-out'>,
  id: number,
): Segment {
  return {
    ...{ id: event.segmentId ?? idOf(id), trace_id: event.traceId },
    ...(event.parentId !== undefined && { parent_id: event.parentId }),
    name: event.functionName,
    ...times(event),
    ...(event.type !== 'invocation.succeeded' && { fault: true }),
    ...(event.type === 'invocation.failed' && {
      cause: {
        working_directory: '/var/task',
        exceptions: [{ id: idOf(id), message: event.errorMessage, type: event.errorType }],
      },
    }),
    ...{
      origin: 'AWS::Lambda::Function',
      aws: { request_id: event.requestId, operation: 'Invoke' },
    },
    ...(event.initDurationMs !== undefined && {
      annotations: { coldstart: true },
      metadata: { lambda: { init_duration_ms: event.initDurationMs } },
    }),
  };
}

function callSegment(event: EventOf<'aws.call'>, traceId: string, id: number): Segment {
  const { service, operation, resource, statusCode, requestId } = event;
  return {
    ...{ id: idOf(id), trace_id: traceId },
    ...(event.parentId !== undefined && { parent_id: event.parentId, type: 'subsegment' }),
    name: SERVICE_NAMES[service] ?? service,
    ...times(event),
    http: { response: { status: statusCode, content_length: event.responseBytes } },
    ...statusFlags(statusCode),
    ...{ namespace: 'aws', origin: `AWS::${SERVICE_NAMES[service] ?? service}` },
    ...{
      aws: {
        operation,
        ...(resource !== undefined && {
          [service === 'sqs' ? 'queue_url' : 'table_name']: resource,
        }),
        ...(requestId !== undefined && { request_id: requestId }),
      },
    },
  };
}

/** A fact is emitted at the end of what it describes. */
function times(event: { readonly timeMs: number; readonly durationMs: number }) {
  return {
    start_time: (event.timeMs - event.durationMs) / 1000,
    end_time: event.timeMs / 1000,
  };
}

function statusFlags(statusCode: number) {
  return {
    ...(statusCode >= 500 && { fault: true }),
    ...(statusCode >= 400 && statusCode < 500 && { error: true }),
    ...(statusCode === 429 && { throttle: true }),
  };
}

function idOf(id: number): string {
  return id.toString(16).padStart(16, '0');
}
