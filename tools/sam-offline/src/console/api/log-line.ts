import type { AccessFields } from './access-log-lines.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** A line of the log view: what a function wrote, what Lambda wrote of it, or a request to a gateway. */
export interface LogLine {
  /** Place in the store; several lines of one fact follow each other. */
  readonly id: number;
  readonly timeMs: number;
  /** `gateway`: what sam-offline says of a request; `access-log`: the line of it that the stage's log has. */
  readonly kind: 'function' | 'platform' | 'gateway' | 'access-log' | 'stack';
  readonly level: LogLevel;
  /** Function, log group, or the logical id of an API. */
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
  /** Other names of the source: the display name and the id of an API. */
  readonly aliases?: readonly string[] | undefined;
  /** Of a request: status, route, latency … */
  readonly access?: AccessFields | undefined;
  /** Of an error in the line, mapped to its sources; only where one line is asked for. */
  readonly stack?: string | undefined;
  readonly logGroup?: string | undefined;
  readonly logStream?: string | undefined;
}
