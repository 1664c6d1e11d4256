import type { EventOf, EventType, StackEvent } from '../../events/index.ts';
import { logEntriesOf } from '../../insights/index.ts';
import { maskText } from '../mask.ts';
import type { Searched } from '../search/index.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** A line of the log view: what a function wrote, what Lambda wrote of it, or a request to a gateway. */
export interface LogLine {
  /** Place in the store; several lines of one fact follow each other. */
  readonly id: number;
  readonly timeMs: number;
  readonly kind: 'function' | 'platform' | 'gateway' | 'stack';
  readonly level: LogLevel;
  /** Function, log group, or API. */
  readonly source: string;
  /** A structured line's message, else the text, cut to what a row shows. */
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** A line with the whole of its text. */
export interface LogDetail extends LogLine {
  readonly text: string;
  /** Of an error in the line, mapped to its sources; only where one line is asked for. */
  readonly stack?: string | undefined;
  readonly logGroup?: string | undefined;
  readonly logStream?: string | undefined;
}

/** Facts that make lines. */
export const LINE_EVENTS: readonly EventType[] = [
  'log',
  'environment.starting',
  'environment.init-failed',
  'environment.gone',
  'invocation.started',
  'invocation.succeeded',
  'invocation.failed',
  'invocation.timed-out',
  'invocation.throttled',
  'http.request',
  'connection.opened',
  'connection.refused',
  'connection.closed',
  'message.received',
  'permission.denied',
  'batch.discarded',
  'code.reloaded',
  'warning',
];

/** Characters of a line that a row has. */
const ROW_CHARACTERS = 400;
/** A structured line over this is not parsed for its fields: 256 KB is Lambda's longest line. */
const MAXIMUM_PARSED = 256 * 1024;

/** The lines of a fact, in full. @param id the fact's place in the store */
export function linesOf(event: StackEvent, id: number): LogDetail[] {
  const belonging = {
    requestId: event.requestId,
    traceId: event.traceId,
    connectionId: event.connectionId,
    correlationId: event.correlationId,
    timeMs: event.timeMs,
  };
  const gateway = gatewayLineOf(event);
  if (gateway !== undefined) return [{ id, ...belonging, message: gateway.text, ...gateway }];
  return logEntriesOf(event, id).map((entry) => {
    const isLog = event.type === 'log';
    const fields = isLog ? fieldsOf(entry.message) : undefined;
    return {
      ...belonging,
      id: entry.id,
      timeMs: entry.timestampMs,
      kind: isLog ? kindOfLog(event.source) : 'platform',
      level: isLog ? levelOf(entry.message, fields, event.source) : platformLevel(event),
      source: event.functionName ?? entry.logGroup,
      message: messageOf(entry.message, fields),
      text: entry.message,
      logGroup: entry.logGroup,
      logStream: entry.logStream,
      requestId: event.requestId ?? textField(fields, REQUEST_KEYS),
      traceId: event.traceId ?? textField(fields, TRACE_KEYS)?.replace(/^Root=([^;]+).*/, '$1'),
      correlationId: event.correlationId ?? textField(fields, CORRELATION_KEYS),
      connectionId: event.connectionId ?? textField(fields, CONNECTION_KEYS),
    };
  });
}

/** The row of a line: without its text, its message masked and cut. */
export function rowOf({
  text: _text,
  stack: _stack,
  logGroup: _g,
  logStream: _s,
  ...line
}: LogDetail): LogLine {
  return { ...line, message: maskText(cut(line.message)) };
}

/** How a search sees a line: fields of structured lines are keys too. */
export function searchedLine(line: LogDetail): Searched {
  let fields: Readonly<Record<string, unknown>> | undefined | null = null;
  return {
    text: line.text,
    values: (key) => {
      const own = OWN_KEYS[key]?.(line);
      if (own !== undefined) return [own];
      fields ??= fieldsOf(line.text) ?? undefined;
      if (fields === undefined) return [];
      const found = Object.entries(fields).find(([name]) => name.toLowerCase() === key);
      return found === undefined ? [] : [found[1]];
    },
  };
}

const OWN_KEYS: Readonly<Record<string, (line: LogDetail) => unknown>> = {
  level: (line) => line.level,
  function: (line) => (line.kind === 'gateway' ? undefined : line.source),
  source: (line) => line.source,
  kind: (line) => line.kind,
  group: (line) => line.logGroup,
  stream: (line) => line.logStream,
  request: (line) => line.requestId,
  requestid: (line) => line.requestId,
  trace: (line) => line.traceId,
  traceid: (line) => line.traceId,
  correlation: (line) => line.correlationId,
  correlationid: (line) => line.correlationId,
  connection: (line) => line.connectionId,
  connectionid: (line) => line.connectionId,
};

const REQUEST_KEYS = ['requestid', 'aws_request_id', 'function_request_id', 'awsrequestid'];
const CORRELATION_KEYS = ['correlationid', 'correlation_id', 'x-correlation-id'];
const CONNECTION_KEYS = ['connectionid', 'connection_id'];
const TRACE_KEYS = ['xray_trace_id', 'traceid', 'trace_id'];

/** The fields of a line that is a JSON object. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{') || text.length > MAXIMUM_PARSED) return undefined;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

const STACK_CHARACTERS = 64 * 1024;
/** Not `\s`: it takes line feeds, too, and thousands of them would be read anew from each one. */
const STACK_FRAME = /\n[ \t]+at /;

/**
 * The stack of an error in a line: of a JSON line's `stack`, `stackTrace` or `trace`, at any depth, or
 * the line itself where it has frames.
 */
export function stackOf(text: string): string | undefined {
  const json = text.indexOf('{');
  const fields = json === -1 ? undefined : fieldsOf(text.slice(json));
  const found = fields === undefined ? undefined : stackIn(fields, 0);
  const stack = found ?? (STACK_FRAME.test(text) && fields === undefined ? text : undefined);
  return stack?.slice(0, STACK_CHARACTERS);
}

function stackIn(fields: object, depth: number): string | undefined {
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (/^(?:stack|stackTrace|trace)$/.test(name)) {
      const stack = Array.isArray(value) ? value.join('\n') : value;
      if (typeof stack === 'string' && stack !== '') return stack;
    }
    if (typeof value === 'object' && value !== null && depth < 3) {
      const inner = stackIn(value, depth + 1);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

function textField(
  fields: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): string | undefined {
  if (fields === undefined) return undefined;
  const found = Object.entries(fields).find(([name]) => names.includes(name.toLowerCase()));
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

function messageOf(text: string, fields: Readonly<Record<string, unknown>> | undefined): string {
  const message = fields?.message ?? fields?.msg;
  if (typeof message === 'string') return message;
  if (message !== undefined) return JSON.stringify(message);
  if (fields !== undefined && '_aws' in fields) return metricsOf(fields);
  // What Node.js's runtime writes before a line: time, request id and level, tab-separated.
  const plain = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t(?:[\w-]+|undefined)\t[A-Z]+\t([^]*)$/.exec(text);
  return plain?.[1] ?? text;
}

/** Whether a line in the embedded metric format has metrics and no message. */
function isOnlyMetrics(fields: Readonly<Record<string, unknown>>): boolean {
  return '_aws' in fields && fields.message === undefined && fields.msg === undefined;
}

/** `metrics requests=1 latency=12`, of a line in the embedded metric format. */
function metricsOf({ _aws: directives, ...fields }: Readonly<Record<string, unknown>>): string {
  const names = JSON.stringify(directives).matchAll(/"Name":"([^"]+)"/g);
  const values = Array.from(names, ([, name = '']) => {
    const value = fields[name];
    return `${name}=${typeof value === 'number' ? value : JSON.stringify(value)}`;
  });
  return ['metrics', ...values].join(' ');
}

const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'error',
  fatal: 'error',
};

function kindOfLog(source: EventOf<'log'>['source']): 'function' | 'gateway' {
  return source === 'access-log' ? 'gateway' : 'function';
}

function levelOf(
  text: string,
  fields: Readonly<Record<string, unknown>> | undefined,
  source: string,
): LogLevel {
  if (fields !== undefined && isOnlyMetrics(fields)) return 'debug';
  const named = fields?.level ?? fields?.log_level ?? fields?.severity;
  if (typeof named === 'string') return LEVELS[named.toLowerCase()] ?? 'info';
  const plain =
    /^[^\t]*\t[^\t]*\t(\w+)\t/.exec(text) ?? /^\[?(ERROR|WARN(?:ING)?|DEBUG)\b/.exec(text);
  const known = LEVELS[plain?.[1]?.toLowerCase() ?? ''];
  return known ?? (source === 'stderr' ? 'warn' : 'info');
}

function platformLevel(event: StackEvent): LogLevel {
  const isFailure =
    event.type === 'invocation.failed' ||
    event.type === 'invocation.timed-out' ||
    event.type === 'environment.init-failed';
  return isFailure ? 'error' : 'debug';
}

function gatewayLineOf(
  event: StackEvent,
): Pick<LogDetail, 'kind' | 'level' | 'source' | 'text'> | undefined {
  switch (event.type) {
    case 'http.request': {
      const { method, path, statusCode, durationMs, apiId, functionName, integration } = event;
      const why = integration?.error === undefined ? '' : `: ${integration.error}`;
      return {
        kind: 'gateway',
        level: statusLevel(statusCode),
        source: apiId ?? functionName ?? event.kind,
        text: `${method} ${path} ${statusCode} in ${durationMs.toFixed(1)} ms${why}`,
      };
    }
    case 'connection.opened':
      return gatewayLine(
        event.apiId,
        'info',
        `connected from ${event.sourceIp}; ${event.open} open`,
      );
    case 'connection.refused':
      return gatewayLine(
        event.apiId,
        'warn',
        `refused with ${event.statusCode} by the ${event.by}`,
      );
    case 'connection.closed':
      return gatewayLine(event.apiId, 'info', `closed with ${event.closeCode} ${event.reason}`);
    case 'message.received': {
      const how = event.refused === undefined ? '' : `, refused: ${event.refused}`;
      const { routeKey = 'no route', bytes } = event;
      return gatewayLine(
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
  apiId: string | undefined,
  level: LogLevel,
  text: string,
): Pick<LogDetail, 'kind' | 'level' | 'source' | 'text'> {
  return { kind: 'gateway', level, source: apiId ?? 'websocket', text };
}

function statusLevel(statusCode: number): LogLevel {
  if (statusCode >= 500) return 'error';
  return statusCode >= 400 ? 'warn' : 'info';
}

function cut(text: string): string {
  const line = text.length > ROW_CHARACTERS ? `${text.slice(0, ROW_CHARACTERS)}…` : text;
  return line.replaceAll(/\s+/g, ' ');
}
