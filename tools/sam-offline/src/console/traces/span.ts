/** What kind of work a bar of the waterfall is. */
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
  /** The trace that it belongs to: a waterfall may show several, one of which led to the others. */
  readonly traceId?: string | undefined;
  readonly kind: SpanKind;
  readonly name: string;
  /** What it was about, in short: a table and units, a status, a route. */
  readonly detail?: string | undefined;
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'fault' | 'throttle';
  /** The invocation, request or message that it belongs to. */
  readonly requestId?: string | undefined;
  /** The invocation that served it, by its request id. */
  readonly servedBy?: string | undefined;
  /** Tables and queues: a call or a delivery wrote to them, or a batch was read from them. */
  readonly resources?: readonly string[] | undefined;
  /** Messages, events and changes to items, by their ids: a call or a delivery wrote them, or a batch carries them. */
  readonly links?: readonly string[] | undefined;
  /** What a delivery carries, as the call or delivery that wrote it names it in its links. */
  readonly carries?: string | undefined;
  readonly connectionId?: string | undefined;
  /** Only of groups: how many bars it stands for. */
  readonly count?: number | undefined;
  /** Only of groups: how many of them failed. */
  readonly failed?: number | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** A bar and what is under it. */
export interface SpanNode extends Span {
  readonly children: readonly SpanNode[];
}

/** A row of the drawn waterfall: depth-first, parents before their children. */
export interface WaterfallRow extends Span {
  readonly depth: number;
}
