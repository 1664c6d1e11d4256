import type { AccessFields } from './access-log-lines.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/**
 * A line of the log view: a function's line, Lambda's line about it, or a line about a request to a
 * gateway.
 */
export interface LogLine {
  /** The position in the store. Several lines of one fact have consecutive ids. */
  readonly id: number;
  readonly timeMs: number;
  /**
   * `gateway`: sam-offline's line about a request. `access-log`: the line about it in the stage's
   * access log.
   */
  readonly kind: 'function' | 'platform' | 'gateway' | 'access-log' | 'stack';
  readonly level: LogLevel;
  /** The function, the log group, or the logical id of an API. */
  readonly source: string;
  /** The message of a structured line, or else the text, cut to the length that a row shows. */
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** A line with its whole text. */
export interface LogDetail extends LogLine {
  readonly text: string;
  /** Other names of the source: the display name and the id of an API. */
  readonly aliases?: readonly string[] | undefined;
  /** Fields of a request: status, route, latency … */
  readonly access?: AccessFields | undefined;
  /**
   * The stack trace in the line, mapped to its sources. It is present only if a single line is
   * asked for.
   */
  readonly stack?: string | undefined;
  readonly logGroup?: string | undefined;
  readonly logStream?: string | undefined;
}
