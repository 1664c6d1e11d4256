import type { AuthorizerResult, EventOf, StackEvent } from '../../events/index.ts';
import type { Span } from './span.ts';

/**
 * Makes the bars of one fact. A fact that takes no time in a trace has none.
 *
 * @param id the position of the fact in the store
 * @param queuedMs the time at which its invocation was requested, in ms since 1970
 */
export function spansOf(event: StackEvent, id: number, queuedMs?: number): Span[] {
  switch (event.type) {
    case 'http.request':
      return requestSpans(event, id);
    case 'connection.opened':
    case 'connection.refused':
      return connectSpans(event, id);
    case 'message.received':
      return [messageSpan(event)];
    case 'route.integrated':
      return routeSpans(event, id);
    case 'invocation.succeeded':
    case 'invocation.failed':
    case 'invocation.timed-out':
      return invocationSpans(event, id, queuedMs);
    case 'invocation.throttled':
      return [throttledSpan(event, id)];
    case 'aws.call':
      return [callSpan(event, id)];
    case 'connections.call':
      return [pushSpan(event, id)];
    case 'frame.sent':
      return [frameSpan(event, `f${id}`, event.bytes, event.cause)];
    case 'batch.read':
    case 'batch.retried':
    case 'batch.bisected':
    case 'batch.discarded':
      return [batchSpan(event, id)];
    case 'delivery':
      return [deliverySpan(event, id)];
    case 'segment':
      return documentSpans(event.document);
    default:
      return [];
  }
}

function requestSpans(event: EventOf<'http.request'>, id: number): Span[] {
  const { method, path, routeKey, statusCode, durationMs, timeMs, apiId, stage } = event;
  const own: Span = {
    ...{ id: event.segmentId ?? `f${id}`, parentId: event.parentId, kind: 'gateway' },
    ...{
      name: `${method} ${path}`,
      detail: `${statusCode}${routeKey ? `, route ${routeKey}` : ''}`,
    },
    ...{ startMs: timeMs - durationMs, durationMs, status: statusOf(statusCode) },
    ...{ requestId: event.requestId, servedBy: event.invocationId },
    attributes: {
      ...{ api: apiId, stage, kind: event.kind, sourceIp: event.sourceIp },
      ...{ requestBytes: event.requestBytes, responseBytes: event.responseBytes },
      integration: event.integration,
    },
  };
  return [own, ...authorizerSpans(event.authorizer, own)];
}

/** An authorizer runs first, so its bar begins at the beginning of the request. */
function authorizerSpans(authorizer: AuthorizerResult | undefined, of: Span): Span[] {
  if (authorizer === undefined) return [];
  const { kind, outcome, durationMs = 0, cached = false } = authorizer;
  return [
    {
      ...{ id: `${of.id}-authorizer`, parentId: of.id, kind: 'authorizer', startMs: of.startMs },
      ...{ name: `authorizer (${kind})`, detail: cached ? `${outcome}, from the cache` : outcome },
      ...{ durationMs, status: outcome === 'allowed' ? 'ok' : 'error' },
    },
  ];
}

function connectSpans(
  event: EventOf<'connection.opened'> | EventOf<'connection.refused'>,
  id: number,
): Span[] {
  const isOpen = event.type === 'connection.opened';
  const own: Span = {
    ...{ id: `f${id}`, kind: 'connection', name: '$connect', requestId: event.requestId },
    detail: isOpen
      ? `open, from ${event.sourceIp}`
      : `${event.statusCode}, refused by the ${event.by}`,
    ...{ startMs: event.timeMs - event.durationMs, durationMs: event.durationMs },
    status: isOpen ? 'ok' : statusOf(event.statusCode),
    ...{ connectionId: event.connectionId, servedBy: event.invocationId },
    attributes: { api: event.apiId, stage: event.stage },
  };
  return [own, ...authorizerSpans(event.authorizer, own)];
}

function messageSpan(event: EventOf<'message.received'>): Span {
  const { requestId, bytes, routeKey = 'no route', refused, timeMs, connectionId } = event;
  return {
    ...{ id: `m${requestId}`, kind: 'message', name: `message to ${routeKey}`, startMs: timeMs },
    detail: refused === undefined ? `${bytes} bytes` : `${bytes} bytes, refused: ${refused}`,
    ...{ durationMs: 0, status: refused === undefined ? 'ok' : 'error', requestId, connectionId },
    attributes: { api: event.apiId, stage: event.stage },
  };
}

function routeSpans(event: EventOf<'route.integrated'>, id: number): Span[] {
  const { routeKey, integration, timeMs, requestId, connectionId, frameBytes, heldMs = 0 } = event;
  const own: Span = {
    ...{ id: `f${id}`, parentId: `m${requestId}`, kind: 'gateway', name: `route ${routeKey}` },
    ...{ detail: integration.error ?? integration.outcome, requestId, connectionId },
    ...{ startMs: timeMs - heldMs - integration.latencyMs, durationMs: integration.latencyMs },
    status: integration.outcome === 'responded' ? 'ok' : 'fault',
    servedBy: event.invocationId,
    attributes: { integration },
  };
  if (frameBytes === undefined) return [own];
  return [own, frameSpan(event, `f${id}-frame`, frameBytes, 'route-response')];
}

function invocationSpans(
  event:
    | EventOf<'invocation.succeeded'>
    | EventOf<'invocation.failed'>
    | EventOf<'invocation.timed-out'>,
  id: number,
  queuedMs: number | undefined,
): Span[] {
  const { timeMs, durationMs, initDurationMs = 0, requestId, functionName } = event;
  const ownId = event.segmentId ?? `f${id}`;
  const startMs = timeMs - durationMs;
  const own: Span = {
    ...{ id: ownId, parentId: event.parentId, kind: 'invocation', name: functionName, requestId },
    ...{ detail: outcomeOf(event), startMs, durationMs },
    status: event.type === 'invocation.succeeded' ? 'ok' : 'fault',
    attributes: {
      ...{ environment: event.environmentId, memorySizeMb: event.memorySizeMb },
      ...{ maxMemoryUsedMb: event.maxMemoryUsedMb, initDurationMs: event.initDurationMs },
    },
  };
  const waitedMs = queuedMs === undefined ? 0 : startMs - initDurationMs - queuedMs;
  const phase = (kind: 'wait' | 'init', phaseMs: number, endMs: number): Span[] =>
    phaseMs < 0.05
      ? []
      : [
          {
            ...{ id: `${ownId}-${kind}`, parentId: ownId, kind, startMs: endMs - phaseMs },
            name: kind === 'init' ? 'cold start (init)' : 'waits for an environment',
            ...{ durationMs: phaseMs, status: 'ok' },
          },
        ];
  return [
    own,
    ...phase('wait', waitedMs, startMs - initDurationMs),
    ...phase('init', initDurationMs, startMs),
  ];
}

function outcomeOf(
  event:
    | EventOf<'invocation.succeeded'>
    | EventOf<'invocation.failed'>
    | EventOf<'invocation.timed-out'>,
): string {
  if (event.type === 'invocation.failed') return `${event.errorType}: ${event.errorMessage}`;
  if (event.type === 'invocation.timed-out') return `timed out after ${event.timeoutMs} ms`;
  return event.initDurationMs === undefined ? '' : 'cold start';
}

function throttledSpan(event: EventOf<'invocation.throttled'>, id: number): Span {
  return {
    ...{ id: `f${id}`, kind: 'invocation', name: event.functionName, detail: event.reason },
    ...{ startMs: event.timeMs, durationMs: 0, status: 'throttle', requestId: event.requestId },
  };
}

const SERVICES: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  lambda: 'Lambda',
  'execute-api': '@connections',
  s3: 'S3',
  sns: 'SNS',
  events: 'EventBridge',
  scheduler: 'Scheduler',
  ssm: 'Systems Manager',
  secretsmanager: 'Secrets Manager',
};

/** The operations after which a stream or an event source mapping may continue the trace. */
const WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite|Execute|BatchExecute|Send)/;

function callSpan(event: EventOf<'aws.call'>, id: number): Span {
  const { service, operation, resource, resources = [], statusCode, errorType } = event;
  const units = resources.map(({ name, items, readUnits, writeUnits }) =>
    [
      resources.length > 1 || resource === undefined ? name : '',
      items === undefined ? '' : `${items} ${items === 1 ? 'item' : 'items'}`,
      readUnits ? `${readUnits} RCU` : '',
      writeUnits ? `${writeUnits} WCU` : '',
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
  return {
    ...{ id: `f${id}`, parentId: event.parentId, kind: service === 'execute-api' ? 'push' : 'aws' },
    name: `${SERVICES[service] ?? service} ${operation}`,
    detail: [resource, ...units, errorType].filter(Boolean).join(', '),
    ...{ startMs: event.timeMs - event.durationMs, durationMs: event.durationMs },
    status: statusOf(statusCode, errorType),
    ...{ requestId: event.invocationId, connectionId: event.connectionId },
    ...(WRITES.test(operation) && {
      resources: [
        ...(resource === undefined ? [] : [resource]),
        ...resources.map(({ name }) => name),
      ],
    }),
    links: event.wrote,
    attributes: {
      ...{
        requestId: event.requestId,
        caller: event.caller,
        statusCode,
        resources,
        cancellations: event.cancellations,
      },
      ...{ requestBytes: event.requestBytes, responseBytes: event.responseBytes },
    },
  };
}

function pushSpan(event: EventOf<'connections.call'>, id: number): Span {
  const { method, statusCode, bytes, timeMs, durationMs, connectionId } = event;
  return {
    ...{ id: `f${id}`, parentId: event.parentId, kind: 'push', requestId: event.invocationId },
    ...{ name: method === 'POST' ? 'push' : `${method} @connections`, connectionId },
    detail:
      `${connectionId ?? ''} ${statusCode}${method === 'POST' ? `, ${bytes} bytes` : ''}`.trim(),
    ...{ startMs: timeMs - durationMs, durationMs, status: statusOf(statusCode) },
    attributes: { caller: event.caller, api: event.apiId, stage: event.stage },
  };
}

function frameSpan(
  { timeMs, connectionId, requestId }: EventOf<'frame.sent' | 'route.integrated'>,
  id: string,
  bytes: number,
  cause: EventOf<'frame.sent'>['cause'],
): Span {
  return {
    ...{ id, kind: 'frame', name: `frame (${cause})`, connectionId },
    ...(requestId !== undefined && { requestId, parentId: `m${requestId}` }),
    ...{ detail: `${connectionId}, ${bytes} bytes`, startMs: timeMs, durationMs: 0, status: 'ok' },
  };
}

function batchSpan(
  event:
    | EventOf<'batch.read'>
    | EventOf<'batch.retried'>
    | EventOf<'batch.bisected'>
    | EventOf<'batch.discarded'>,
  id: number,
): Span {
  const what = event.type.slice('batch.'.length);
  const why =
    event.type === 'batch.retried' || event.type === 'batch.discarded' ? `: ${event.reason}` : '';
  return {
    ...{ id: `f${id}`, kind: 'batch', name: `${event.source} ${event.sourceName}` },
    detail: `${event.records} records ${what}${why}`,
    ...{ startMs: event.timeMs, durationMs: 0, requestId: event.requestId },
    status: event.type === 'batch.read' ? 'ok' : 'error',
    resources: [event.sourceName],
    links: event.type === 'batch.read' ? event.carries : undefined,
    attributes: { mapping: event.mapping, function: event.functionName },
  };
}

function deliverySpan(event: EventOf<'delivery'>, id: number): Span {
  const { service, source, target, outcome, error, timeMs, durationMs, messageId } = event;
  const name = target.startsWith('arn:') ? nameInArn(target) : target;
  return {
    ...{ id: `f${id}`, kind: 'delivery', name: `${SERVICES[service] ?? service} ${source}` },
    detail: [`to ${name}`, outcome === 'delivered' ? '' : outcome, error]
      .filter(Boolean)
      .join(', '),
    ...{ startMs: timeMs - durationMs, durationMs },
    status: outcome === 'delivered' ? 'ok' : outcome === 'retried' ? 'error' : 'fault',
    ...{ servedBy: event.invocationId, carries: messageId, links: event.wrote },
    ...(event.wrote !== undefined && { resources: [name] }),
    attributes: { target, outcome, attempt: event.attempt, messageId },
  };
}

/** `function:<name>:<alias>`, `event-bus/<name>`, or the name of a queue or topic. */
function nameInArn(arn: string): string {
  const [, , service, , , ...resource] = arn.split(':');
  const name = service === 'lambda' ? resource[1] : resource.at(-1)?.split('/').at(-1);
  return name ?? arn;
}

/**
 * The fields of X-Ray's segments and subsegments that are drawn. Functions write them, so each may
 * have any type.
 */
interface SegmentDocument {
  readonly id?: unknown;
  readonly parent_id?: unknown;
  readonly name?: unknown;
  readonly start_time?: unknown;
  readonly end_time?: unknown;
  readonly fault?: unknown;
  readonly error?: unknown;
  readonly throttle?: unknown;
  readonly annotations?: unknown;
  readonly metadata?: unknown;
  readonly subsegments?: unknown;
}

function documentSpans(text: string): Span[] {
  const spans: Span[] = [];
  const walk = (segment: SegmentDocument, parentId: string | undefined): void => {
    const { id, name, start_time: start, end_time: end = start } = segment;
    if (typeof id !== 'string' || typeof start !== 'number' || typeof end !== 'number') return;
    spans.push({
      ...{ id, kind: 'subsegment', name: typeof name === 'string' ? name : 'subsegment' },
      parentId: typeof segment.parent_id === 'string' ? segment.parent_id : parentId,
      ...{ startMs: start * 1000, durationMs: (end - start) * 1000, status: flagOf(segment) },
      attributes: { annotations: segment.annotations, metadata: segment.metadata },
    });
    if (!Array.isArray(segment.subsegments)) return;
    for (const child of segment.subsegments as readonly unknown[]) {
      if (typeof child === 'object' && child !== null) walk(child, id);
    }
  };
  try {
    walk(JSON.parse(text) as SegmentDocument, undefined);
  } catch {
    // The document was checked when it was received. One with another form is left out.
  }
  return spans;
}

function flagOf({ fault, error, throttle }: SegmentDocument): Span['status'] {
  if (throttle === true) return 'throttle';
  if (fault === true) return 'fault';
  return error === true ? 'error' : 'ok';
}

/** X-Ray calls a 5xx a fault, a 4xx an error, and a 429 a throttle. */
export function statusOf(statusCode: number, errorType?: string): Span['status'] {
  if (statusCode === 429 || errorType?.includes('Throttl') === true) return 'throttle';
  if (statusCode >= 500) return 'fault';
  return statusCode >= 400 ? 'error' : 'ok';
}
