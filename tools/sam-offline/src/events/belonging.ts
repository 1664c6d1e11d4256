/**
 * The ids that say what a fact belongs to. A field is present if the part that emits the fact knows
 * it.
 */
export interface Belonging {
  /** Id of the invocation, of the HTTP request, or of the WebSocket message. */
  readonly requestId?: string | undefined;
  /** Root of the X-Ray trace: `1-<8 hex digits>-<24 hex digits>`. */
  readonly traceId?: string | undefined;
  readonly connectionId?: string | undefined;
  /** The deployed name of a function, `shop-api`, as AWS's metrics and log groups have it. */
  readonly functionName?: string | undefined;
  /** The execution environment, by its log stream: `2026/11/23/[$LATEST]<32 hex digits>`. */
  readonly environmentId?: string | undefined;
  /** Id of the SQS message. */
  readonly messageId?: string | undefined;
  readonly correlationId?: string | undefined;
  /** The request id of the invocation that served a request or a message, or that made a call. */
  readonly invocationId?: string | undefined;
}

interface Fact extends Belonging {
  /** Milliseconds since 1970, by the bus's clock (`Events.now`). */
  readonly timeMs: number;
}

/** A kind of fact: its type, its fields, a time, and the ids of what it belongs to. */
export type FactOf<Type extends string, Fields = unknown> = Fact & { readonly type: Type } & Fields;

/** The place of a request or an invocation in its trace. */
export interface OfTrace {
  /** 16 hexadecimal digits. The parts that it calls have this id as their parent. */
  readonly segmentId?: string | undefined;
  /** The segment that called it. */
  readonly parentId?: string | undefined;
}

/** The stage of an API, with the values of CloudWatch's dimensions. */
export interface OfApi {
  readonly apiId: string;
  readonly stage: string;
}
