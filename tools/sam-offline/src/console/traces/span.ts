/** The kinds of work that a bar of the waterfall can be. */
export type SpanKind =
  | 'gateway'
  | 'authorizer'
  | 'connection'
  | 'message'
  | 'wait'
  | 'init'
  | 'invocation'
  | 'aws'
  | 'subsegment'
  | 'batch'
  | 'delivery'
  | 'push'
  | 'frame'
  | 'group';

/** A bar of the waterfall. */
export interface Span {
  readonly id: string;
  readonly parentId?: string | undefined;
  /**
   * The trace that the bar belongs to. A waterfall may show several traces, one of which led to the
   * others.
   */
  readonly traceId?: string | undefined;
  readonly kind: SpanKind;
  readonly name: string;
  /** Details in short: a table and units, a status, a route. */
  readonly detail?: string | undefined;
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'fault' | 'throttle';
  /** The invocation, request or message that the bar belongs to. */
  readonly requestId?: string | undefined;
  /** The request id of the invocation that served it. */
  readonly servedBy?: string | undefined;
  /** The tables and queues that a call or a delivery wrote to, or from which a batch was read. */
  readonly resources?: readonly string[] | undefined;
  /**
   * The ids of messages, events and changes to items that a call or a delivery wrote, or that a
   * batch carries.
   */
  readonly links?: readonly string[] | undefined;
  /** The id of what a delivery carries, as in the links of the call or delivery that wrote it. */
  readonly carries?: string | undefined;
  readonly connectionId?: string | undefined;
  /** For groups: the number of their bars. */
  readonly count?: number | undefined;
  /** For groups: the number of their bars that failed. */
  readonly failed?: number | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** A bar with its children. */
export interface SpanNode extends Span {
  readonly children: readonly SpanNode[];
}

/** A row of the drawn waterfall. Rows are depth-first, parents before their children. */
export interface WaterfallRow extends Span {
  readonly depth: number;
}
