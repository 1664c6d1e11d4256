import type { InvocationReport, OfLogs, StackEvent } from '../../events/index.ts';
import { versionOfEnvironment } from '../../ids/index.ts';
import { billedMs } from './lambda-lines.ts';

/**
 * The lines that Lambda itself writes with `LogFormat: JSON`, made from facts
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html).
 */

type Level = NonNullable<OfLogs['systemLogLevel']>;

interface SystemLine {
  readonly level: Level;
  readonly type: string;
  readonly record: object;
}

/** The levels, the lowest first. */
const LEVELS: readonly Level[] = ['DEBUG', 'INFO', 'WARN'];
const INITIALIZATION = { initializationType: 'on-demand' };

/**
 * The lines of a fact that have the function's level or a higher one. Each line is a JSON object.
 */
export function jsonLinesOf(event: StackEvent & OfLogs): string[] {
  const least = LEVELS.indexOf(event.systemLogLevel ?? 'INFO');
  const time = new Date(event.timeMs).toISOString();
  return linesOf(event)
    .filter(({ level }) => LEVELS.indexOf(level) >= least)
    .map(({ type, record }) => JSON.stringify({ time, type: `platform.${type}`, record }));
}

/** The levels of AWS's table. Details of a success have DEBUG, and failures have WARN. */
function linesOf(event: StackEvent): SystemLine[] {
  switch (event.type) {
    case 'environment.starting': {
      const { runtimeVersion, functionName } = event;
      const functionVersion = versionOfEnvironment(event.environmentId);
      const of = { phase: 'init', runtimeVersion, functionName, functionVersion };
      return [{ level: 'INFO', type: 'initStart', record: { ...INITIALIZATION, ...of } }];
    }
    case 'environment.init-failed': {
      const { phase, status, errorType, initDurationMs: durationMs } = event;
      const record = { ...INITIALIZATION, phase, status, errorType, metrics: { durationMs } };
      return [{ level: 'WARN', type: 'initReport', record }];
    }
    case 'invocation.started': {
      const version = versionOfEnvironment(event.environmentId);
      const record = { requestId: event.requestId, version };
      return [{ level: 'INFO', type: 'start', record }];
    }
    case 'invocation.succeeded':
      return doneLines(event, { status: 'success' }, event.responseBytes);
    case 'invocation.failed': {
      // An error that a handler throws is an error of the invocation, not of the environment.
      const { origin, errorType } = event;
      return doneLines(
        event,
        origin === 'handler' ? { status: 'success' } : { status: 'error', errorType },
      );
    }
    case 'invocation.timed-out':
      return doneLines(event, { status: 'timeout' });
    default:
      return [];
  }
}

function doneLines(
  event: InvocationReport & { readonly requestId: string },
  outcome: { readonly status: string; readonly errorType?: string },
  producedBytes?: number,
): SystemLine[] {
  const { requestId, durationMs, memorySizeMb, maxMemoryUsedMb, initDurationMs } = event;
  const hasFailed = outcome.status !== 'success';
  const metrics = {
    durationMs,
    billedDurationMs: billedMs(event),
    memorySizeMB: memorySizeMb,
    maxMemoryUsedMB: maxMemoryUsedMb,
    initDurationMs,
  };
  return [
    {
      level: hasFailed ? 'WARN' : 'DEBUG',
      type: 'runtimeDone',
      record: { requestId, ...outcome, metrics: { durationMs, producedBytes } },
    },
    {
      level: hasFailed ? 'WARN' : 'INFO',
      type: 'report',
      record: { requestId, ...outcome, metrics },
    },
  ];
}
