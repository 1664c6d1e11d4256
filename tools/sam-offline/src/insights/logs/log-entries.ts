import type { EventType, StackEvent } from '../../events/index.ts';
import { logGroupOf } from '../../ids/index.ts';
import type { LogEntry } from '../queries.ts';
import {
  endLine,
  exitLine,
  failureLine,
  initReportLine,
  initStartLine,
  reportLine,
  startLine,
} from './lambda-lines.ts';
import { jsonLinesOf } from './lambda-json-lines.ts';

/** The types of facts of which CloudWatch Logs would have lines. */
export const LOGGED_EVENTS: readonly EventType[] = [
  'environment.gone',
  'environment.init-failed',
  'environment.starting',
  'invocation.succeeded',
  'invocation.failed',
  'invocation.started',
  'invocation.timed-out',
  'log',
];

/**
 * The log lines that CloudWatch would have of a fact: none, one or several. Facts become Lambda's
 * text only here.
 *
 * @param id the position of the fact in the store
 */
export function logEntriesOf(event: StackEvent, id = 0): LogEntry[] {
  const messages = messagesOf(event);
  if (messages.length === 0) return [];
  const logGroup = logGroupOfEvent(event);
  const logStream =
    (event.type === 'log' ? event.logStream : undefined) ?? event.environmentId ?? '';
  const timestampMs = Math.floor(event.timeMs);
  const ingestionMs =
    event.type === 'log' ? Math.floor(event.ingestedMs ?? event.timeMs) : timestampMs;
  return messages.map((message, index) => ({
    // A fact takes more bytes than it has lines, so this number is not the position of another
    // fact.
    id: id + index,
    logGroup,
    logStream,
    timestampMs,
    ingestionMs,
    message,
  }));
}

/** The log group that has the lines of a fact. */
export function logGroupOfEvent(event: StackEvent): string {
  return ('logGroup' in event ? event.logGroup : undefined) ?? logGroupOf(event.functionName ?? '');
}

function messagesOf(event: StackEvent): string[] {
  if ('systemLogLevel' in event && event.systemLogLevel !== undefined) return jsonLinesOf(event);
  switch (event.type) {
    case 'log':
      return [event.text];
    case 'environment.starting':
      return [initStartLine(event)];
    case 'environment.init-failed':
      return [initReportLine(event)];
    case 'environment.gone':
      return present(exitLine(event));
    case 'invocation.started':
      return [startLine(event)];
    case 'invocation.succeeded':
    case 'invocation.failed':
    case 'invocation.timed-out':
      return [...present(failureLine(event)), endLine(event), reportLine(event)];
    default:
      return [];
  }
}

function present(line: string | undefined): string[] {
  return line === undefined ? [] : [line];
}
