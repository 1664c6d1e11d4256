import type { EventOf, EventType, StackEvent } from '../../events/index.ts';
import { logEntriesOf } from '../../insights/index.ts';
import { maskText } from '../mask.ts';
import type { Searched } from '../search/index.ts';
import type { Stack } from '../../template/index.ts';
import { type AccessFields, accessLogReader, accessMessage } from './access-log-lines.ts';
import { ApiNames } from './api-names.ts';
import { gatewayLineOf, statusLevel } from './gateway-lines.ts';
import { fieldsOf, type LineFields, textField } from './line-fields.ts';
import type { LogDetail, LogLevel, LogLine } from './log-line.ts';

/** The types of facts that have lines. */
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

/** How many characters of a line a row has. */
const ROW_CHARACTERS = 400;

/** Makes lines of facts. They name functions and APIs as the template does. */
export class LogLines {
  readonly #apis: ApiNames;
  readonly #accessLogs: ReadonlyMap<string, ReturnType<typeof accessLogReader>>;

  constructor(stack: Pick<Stack, 'httpApis' | 'webSocketApis'>) {
    this.#apis = new ApiNames(stack);
    this.#accessLogs = new Map(
      [...stack.httpApis, ...stack.webSocketApis].flatMap(({ apiId, accessLog }) =>
        accessLog === undefined ? [] : [[apiId, accessLogReader(accessLog)] as const],
      ),
    );
  }

  /**
   * The lines of a fact, with their whole text.
   *
   * @param id the position of the fact in the store
   */
  of(event: StackEvent, id: number): LogDetail[] {
    const belonging = {
      requestId: event.requestId,
      traceId: event.traceId,
      connectionId: event.connectionId,
      correlationId: event.correlationId,
      timeMs: event.timeMs,
    };
    const gateway = gatewayLineOf(event, this.#apis);
    if (gateway !== undefined) return [{ id, ...belonging, message: gateway.text, ...gateway }];
    return logEntriesOf(event, id).map((entry) => {
      const { timestampMs: timeMs, message: text, logGroup, logStream } = entry;
      const whole = { ...belonging, id: entry.id, timeMs, text, logGroup, logStream };
      if (event.type !== 'log') {
        const source = event.functionName ?? logGroup;
        return { ...whole, kind: 'platform', level: platformLevel(event), source, message: text };
      }
      return event.source === 'access-log'
        ? this.#accessLine(event, whole)
        : functionLine(event, whole);
    });
  }

  #accessLine(event: EventOf<'log'>, whole: WholeLine): LogDetail {
    const { apiId = '' } = event;
    const access = this.#accessLogs.get(apiId)?.(whole.text);
    const name =
      apiId === '' ? { source: whole.logGroup ?? '', aliases: [] } : this.#apis.of(apiId);
    return {
      ...{ ...whole, kind: 'access-log', access, ...name },
      level: access?.status === undefined ? 'info' : statusLevel(access.status),
      message: (access && accessMessage(access)) ?? whole.text,
      requestId: event.requestId ?? access?.request,
      connectionId: event.connectionId ?? access?.connection,
    };
  }
}

/** A line of a log whose text has not been read yet. */
type WholeLine = Omit<LogDetail, 'kind' | 'level' | 'source' | 'message'>;

function functionLine(event: EventOf<'log'>, whole: WholeLine): LogDetail {
  const fields = fieldsOf(whole.text);
  return {
    ...{ ...whole, kind: 'function', level: levelOf(whole.text, fields, event.source) },
    source: event.functionName ?? whole.logGroup ?? '',
    message: messageOf(whole.text, fields),
    requestId: event.requestId ?? textField(fields, REQUEST_KEYS),
    traceId: event.traceId ?? textField(fields, TRACE_KEYS)?.replace(/^Root=([^;]+).*/, '$1'),
    correlationId: event.correlationId ?? textField(fields, CORRELATION_KEYS),
    connectionId: event.connectionId ?? textField(fields, CONNECTION_KEYS),
  };
}

/** Makes the row of a line: without its text, and with its message masked and cut. */
export function rowOf({
  text: _text,
  stack: _stack,
  logGroup: _g,
  logStream: _s,
  aliases: _aliases,
  access: _access,
  ...line
}: LogDetail): LogLine {
  return { ...line, message: maskText(cut(line.message)) };
}

/** The values that a search compares. The fields of structured lines are keys too. */
export function searchedLine(line: LogDetail): Searched {
  let fields: LineFields | undefined | null = null;
  return {
    text: line.text,
    values: (key) => {
      const inAccess = ACCESS_KEYS[key];
      const own = OWN_KEYS[key]?.(line) ?? (inAccess && line.access?.[inAccess]);
      if (own !== undefined) return Array.isArray(own) ? (own as readonly unknown[]) : [own];
      fields ??= fieldsOf(line.text) ?? undefined;
      if (fields === undefined) return [];
      const found = Object.entries(fields).find(([name]) => name.toLowerCase() === key);
      return found === undefined ? [] : [found[1]];
    },
  };
}

/** The keys of a request's fields, whatever names the format of an access log uses. */
const ACCESS_KEYS: Readonly<Record<string, keyof AccessFields>> = {
  ...{ status: 'status', method: 'method', path: 'path', route: 'route', event: 'event' },
  ...{ latency: 'latency', duration: 'latency', ip: 'ip', error: 'error' },
};

const OWN_KEYS: Readonly<Record<string, (line: LogDetail) => unknown>> = {
  level: (line) => line.level,
  function: (line) => (/^(?:gateway|access-log)$/.test(line.kind) ? undefined : line.source),
  source: (line) => [line.source, ...(line.aliases ?? [])],
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

function messageOf(text: string, fields: LineFields | undefined): string {
  const message = fields?.message ?? fields?.msg;
  if (typeof message === 'string') return message;
  if (message !== undefined) return JSON.stringify(message);
  if (fields !== undefined && '_aws' in fields) return metricsOf(fields);
  // The prefix that Node.js's runtime writes before a line: time, request id and level, separated
  // by tabs.
  const plain = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t(?:[\w-]+|undefined)\t[A-Z]+\t([^]*)$/.exec(text);
  return plain?.[1] ?? text;
}

/** Whether a line in the embedded metric format has metrics and no message. */
function isOnlyMetrics(fields: LineFields): boolean {
  return '_aws' in fields && fields.message === undefined && fields.msg === undefined;
}

/** The summary of a line in the embedded metric format: `metrics requests=1 latency=12`. */
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

function levelOf(text: string, fields: LineFields | undefined, source: string): LogLevel {
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

function cut(text: string): string {
  const line = text.length > ROW_CHARACTERS ? `${text.slice(0, ROW_CHARACTERS)}…` : text;
  return line.replaceAll(/\s+/g, ' ');
}
