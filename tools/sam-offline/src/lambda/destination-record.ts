import type { InvocationResult } from './invoker.ts';

/**
 * The record that Lambda sends to the destination of an asynchronous invocation
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
export interface DestinationRecord {
  readonly version: '1.0';
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    /** The qualified ARN: `…:function:<name>:$LATEST`. */
    readonly functionArn: string;
    readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  /** Absent if no attempt ran. */
  readonly responseContext?: {
    readonly statusCode: number;
    /** The version: `$LATEST`, or a number. */
    readonly executedVersion: string;
    readonly functionError?: 'Unhandled';
  };
  readonly responsePayload?: unknown;
}

/** Makes the record of an asynchronous invocation. */
export function destinationRecord(outcome: {
  readonly requestId: string;
  readonly functionArn: string;
  readonly version: string;
  readonly condition: DestinationRecord['requestContext']['condition'];
  readonly invocations: number;
  readonly payload: string | Buffer;
  readonly result: InvocationResult | undefined;
  readonly nowMs: number;
}): DestinationRecord {
  const { result } = outcome;
  return {
    version: '1.0',
    timestamp: new Date(outcome.nowMs).toISOString(),
    requestContext: {
      requestId: outcome.requestId,
      functionArn: qualified(outcome.functionArn),
      condition: outcome.condition,
      approximateInvokeCount: outcome.invocations,
    },
    requestPayload: parse(outcome.payload),
    ...(result !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: outcome.version,
        ...(!result.ok && { functionError: 'Unhandled' }),
      },
      responsePayload: parse(result.payload),
    }),
  };
}

/** Parses JSON. A payload that is not JSON stays a string. */
function parse(payload: string | Buffer): unknown {
  const text = payload.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Adds `$LATEST` to an ARN without a qualifier. */
function qualified(arn: string): string {
  return arn.split(':').length > 7 ? arn : `${arn}:$LATEST`;
}
