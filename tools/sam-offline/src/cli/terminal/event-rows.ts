import type { AuthorizerResult, EventOf, StackEvent } from '../../events/index.ts';
import { formatDuration, type Row, styleOfStatus } from './row.ts';

/** The names of the template, by the deployed names that facts have. */
export class ResourceNames {
  readonly #logicalIds = new Map<string, string>();

  add(event: EventOf<'stack.started'>): void {
    for (const { name, logicalId } of event.resources) this.#logicalIds.set(name, logicalId);
  }

  of(name: string | undefined): string {
    return name === undefined ? '' : (this.#logicalIds.get(name) ?? name);
  }
}

/** The statuses of refused messages. */
const REFUSED_WITH = { forbidden: '403', invalid: '400', throttled: '429' } as const;

type InvocationEnd =
  EventOf<'invocation.succeeded'> | EventOf<'invocation.failed'> | EventOf<'invocation.timed-out'>;

/** Makes the line of an invocation that has ended. */
export function invocationRow(
  event: InvocationEnd,
  names: ResourceNames,
  correlationId: string | undefined,
): Row {
  const { timeMs, durationMs, initDurationMs, maxMemoryUsedMb, memorySizeMb } = event;
  const cold = initDurationMs === undefined ? '' : `cold start ${formatDuration(initDurationMs)}`;
  const memory =
    maxMemoryUsedMb === undefined ? undefined : `${maxMemoryUsedMb} of ${memorySizeMb} MB`;
  const details = [cold, memory, correlationId ?? event.correlationId];
  const subject = names.of(event.functionName);
  if (event.type === 'invocation.succeeded') {
    return {
      timeMs,
      label: 'invoke',
      subject,
      status: 'ok',
      statusStyle: 'green',
      durationMs,
      details,
    };
  }
  const base = { timeMs, label: 'invoke', subject, durationMs };
  if (event.type === 'invocation.timed-out') {
    return { ...base, status: 'timeout', statusStyle: 'red', details };
  }
  const error = `${event.errorType}: ${event.errorMessage}`;
  return { ...base, status: 'error', statusStyle: 'red', details: [error, ...details] };
}

/**
 * Makes the line of any other fact.
 *
 * @returns undefined for facts that are not shown
 */
export function eventRow(
  event: StackEvent,
  names: ResourceNames,
  correlationId?: string,
): Row | undefined {
  const { timeMs } = event;
  const correlation = event.correlationId ?? correlationId;
  switch (event.type) {
    case 'http.request': {
      const { method, path, statusCode, durationMs, functionName, refusal } = event;
      const error = event.integration?.error;
      const details = [
        names.of(functionName),
        authorizerText(event.authorizer),
        error,
        refusal,
        correlation,
      ];
      return {
        ...{
          timeMs,
          label: method === '' ? 'refused' : method,
          subject: path,
          status: String(statusCode),
        },
        ...{ statusStyle: styleOfStatus(statusCode), durationMs, details },
      };
    }
    case 'connection.opened':
      return {
        timeMs,
        label: 'connect',
        subject: connectionText(event),
        status: '101',
        statusStyle: 'green',
        durationMs: event.durationMs,
        details: [authorizerText(event.authorizer), `${event.open} open`, correlation],
      };
    case 'connection.refused':
      return {
        ...{ timeMs, label: 'connect', subject: `/${event.stage ?? ''}` },
        ...{ status: String(event.statusCode), statusStyle: styleOfStatus(event.statusCode) },
        durationMs: event.durationMs,
        details: [`refused by the ${event.by}`, authorizerText(event.authorizer), correlation],
      };
    case 'connection.closed':
      return {
        ...{ timeMs, label: 'close', subject: connectionText(event) },
        ...{ status: String(event.closeCode), statusStyle: 'dim', durationMs: event.lifetimeMs },
        details: [event.reason, `${event.open} open`],
      };
    case 'message.received':
      if (event.refused === undefined) return undefined;
      return {
        ...{ timeMs, label: 'message', subject: `${event.routeKey ?? '?'} ${event.connectionId}` },
        ...{ status: REFUSED_WITH[event.refused], statusStyle: 'yellow' },
        details: [event.refused, correlation],
      };
    case 'route.integrated': {
      const { routeKey, connectionId, integration } = event;
      const isFine = integration.outcome === 'responded';
      // The lines of the connection itself have this information.
      if (isFine && (routeKey === '$connect' || routeKey === '$disconnect')) return undefined;
      return {
        timeMs,
        label: 'message',
        subject: `${routeKey} ${connectionId}`,
        status: isFine ? 'ok' : integration.outcome,
        statusStyle: isFine ? 'green' : 'red',
        durationMs: integration.latencyMs,
        details: [names.of(integration.functionName), integration.error, correlation],
      };
    }
    case 'invocation.throttled':
      return failedRow(timeMs, 'invoke', names.of(event.functionName), '429', [event.reason]);
    case 'environment.init-failed':
      return failedRow(timeMs, 'init', names.of(event.functionName), event.status, [
        event.errorType,
      ]);
    case 'async-event.dropped':
      return failedRow(timeMs, 'dropped', names.of(event.functionName), 'error', [
        `asynchronous event ${event.requestId} after ${event.attempts} attempts: ${event.reason}`,
      ]);
    case 'destination.sent':
      return {
        ...{ timeMs, label: 'sent', subject: names.of(event.target.split(':').at(-1)) },
        status: event.outcome === 'failed' ? 'error' : 'ok',
        statusStyle: event.outcome === 'failed' ? 'red' : 'yellow',
        details: [`${event.kind} of ${names.of(event.functionName)}`, event.error, correlation],
      };
    case 'delivery': {
      const failed = event.outcome !== 'delivered';
      return {
        ...{ timeMs, label: event.service, subject: names.of(event.source) },
        durationMs: event.durationMs,
        status: failed ? event.outcome : 'ok',
        statusStyle: failed ? (event.outcome === 'failed' ? 'red' : 'yellow') : 'green',
        details: [`to ${names.of(event.target.split(':').at(-1))}`, event.error, correlation],
      };
    }
    case 'batch.retried':
      return failedRow(timeMs, 'batch', names.of(event.sourceName), 'retry', [
        `${event.failed} of ${event.records} records, attempt ${event.attempt}`,
        event.reason,
      ]);
    case 'batch.bisected':
      return failedRow(timeMs, 'batch', names.of(event.sourceName), 'split', [
        `${event.records} records into ${event.parts.join(' and ')}`,
      ]);
    case 'batch.discarded':
      return failedRow(timeMs, 'batch', names.of(event.sourceName), 'dropped', [
        `${event.records} records of ${names.of(event.functionName)}: ${event.reason}`,
      ]);
    case 'message.dead-lettered':
      return failedRow(timeMs, 'dlq', names.of(event.queueName), 'moved', [
        `${event.messages} messages`,
      ]);
    case 'ttl.removed':
      return {
        ...{
          timeMs,
          label: 'ttl',
          subject: names.of(event.tableName),
          status: String(event.items),
        },
        ...{ statusStyle: 'dim', details: ['items removed'] },
      };
    case 'permission.denied':
      return failedRow(timeMs, 'iam', event.caller, event.enforced ? 'denied' : 'reported', [
        event.reason,
        event.deniedBy === undefined
          ? `to allow it: ${event.suggestion ?? ''}`
          : `denied by ${event.deniedBy}${event.templateLine === undefined ? '' : ` (line ${event.templateLine})`}`,
      ]);
    case 'alarm.changed':
      return alarmRow(event);
    default:
      return undefined;
  }
}

/**
 * Makes the line of an alarm that enters or leaves ALARM. The first state of each alarm at the
 * start is not shown.
 */
function alarmRow(event: EventOf<'alarm.changed'>): Row | undefined {
  const { timeMs, alarmName, state, previousState, reason } = event;
  if (state !== 'ALARM' && previousState !== 'ALARM') return undefined;
  const status = state === 'INSUFFICIENT_DATA' ? 'no data' : state;
  const statusStyle = state === 'ALARM' ? 'red' : 'green';
  return { timeMs, label: 'alarm', subject: alarmName, status, statusStyle, details: [reason] };
}

function failedRow(
  timeMs: number,
  label: string,
  subject: string,
  status: string,
  details: readonly (string | undefined)[],
): Row {
  return { timeMs, label, subject, status, statusStyle: 'yellow', details };
}

function connectionText({ stage, connectionId }: { stage: string; connectionId: string }): string {
  return `/${stage} ${connectionId}`;
}

function authorizerText(result: AuthorizerResult | undefined): string | undefined {
  if (result === undefined || result.outcome === 'allowed') return undefined;
  return `${result.kind} authorizer ${result.outcome}`;
}
