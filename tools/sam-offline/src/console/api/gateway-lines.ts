import type { StackEvent } from '../../events/index.ts';
import type { ApiNames } from './api-names.ts';
import type { LogDetail, LogLevel } from './log-line.ts';

type GatewayLine = Pick<LogDetail, 'kind' | 'level' | 'source' | 'aliases' | 'access' | 'text'>;

/**
 * Makes the log line of a fact.
 *
 * @returns undefined if the fact is itself a log entry, or has no line
 */
export function gatewayLineOf(event: StackEvent, apis: ApiNames): GatewayLine | undefined {
  switch (event.type) {
    case 'http.request': {
      const { method, path, statusCode, durationMs, apiId, functionName, integration } = event;
      const name = apiId === undefined ? { source: functionName ?? event.kind } : apis.of(apiId);
      const why = integration?.error === undefined ? '' : `: ${integration.error}`;
      return {
        kind: 'gateway',
        level: statusLevel(statusCode),
        ...name,
        access: {
          ...{ status: statusCode, method, path, route: event.routeKey, latency: durationMs },
          ...{ ip: event.sourceIp, error: integration?.error },
        },
        text: `${method} ${path} ${statusCode} in ${durationMs.toFixed(1)} ms${why}`,
      };
    }
    case 'connection.opened':
      return gatewayLine(
        apis,
        event.apiId,
        'info',
        `connected from ${event.sourceIp}; ${event.open} open`,
      );
    case 'connection.refused':
      return gatewayLine(
        apis,
        event.apiId,
        'warn',
        `refused with ${event.statusCode} by the ${event.by}`,
      );
    case 'connection.closed':
      return gatewayLine(
        apis,
        event.apiId,
        'info',
        `closed with ${event.closeCode} ${event.reason}`,
      );
    case 'message.received': {
      const how = event.refused === undefined ? '' : `, refused: ${event.refused}`;
      const { routeKey = 'no route', bytes } = event;
      return gatewayLine(
        apis,
        event.apiId,
        event.refused === undefined ? 'debug' : 'warn',
        `message of ${bytes} bytes, ${routeKey}${how}`,
      );
    }
    case 'invocation.throttled':
      return {
        ...{ kind: 'platform', level: 'warn', source: event.functionName },
        text: `throttled: ${event.reason}`,
      };
    case 'permission.denied':
      return {
        ...{ kind: 'stack', level: 'error', source: 'iam' },
        text: `${event.principal} may not ${event.action} on ${event.resource}: ${event.reason}`,
      };
    case 'batch.discarded':
      return {
        ...{ kind: 'stack', level: 'error', source: event.mapping },
        text: `${event.records} records of ${event.sourceName} discarded: ${event.reason}`,
      };
    case 'code.reloaded':
      return {
        ...{ kind: 'stack', level: 'info', source: 'sam-offline' },
        text: `new code of ${event.functions.join(', ')}`,
      };
    case 'warning':
      return { kind: 'stack', level: event.level, source: 'sam-offline', text: event.message };
    default:
      return undefined;
  }
}

function gatewayLine(
  apis: ApiNames,
  apiId: string | undefined,
  level: LogLevel,
  text: string,
): GatewayLine {
  const name = apiId === undefined ? { source: 'websocket' } : apis.of(apiId);
  return { kind: 'gateway', level, ...name, text };
}

/** The level of a line, by the status. */
export function statusLevel(statusCode: number): LogLevel {
  if (statusCode >= 500) return 'error';
  return statusCode >= 400 ? 'warn' : 'info';
}
