import { newRequestId } from '../../ids/index.ts';
import {
  type InvokeOptions,
  MAXIMUM_ASYNC_PAYLOAD_BYTES,
  MAXIMUM_PAYLOAD_BYTES,
} from '../../lambda/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import type { NamedFunction } from './find-function.ts';
import { collectLogTail } from './log-tail.ts';
import { empty, failure, refusal } from './responses.ts';
import type { LambdaTarget } from './target.ts';

/** Serves `Invoke`: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export async function invoke(
  target: LambdaTarget,
  call: AwsCall,
  named: NamedFunction,
): Promise<AwsResponse> {
  const { fn, version } = named;
  const type = headerOf(call, 'x-amz-invocation-type') ?? 'RequestResponse';
  const isAsynchronous = type === 'Event';
  const payload = readPayload(call, type, isAsynchronous);
  if (!Buffer.isBuffer(payload)) return payload;
  if (type === 'DryRun') return empty(204, version);

  const options = optionsOf(call, named);
  try {
    if (isAsynchronous) {
      target.invoker.invokeAsync(fn.logicalId, payload, options);
      return empty(202, version);
    }
    const tail = tailOf(target, call, options.requestId);
    const result = await target.invoker.invoke(fn.logicalId, payload, options);
    const log = tail?.take();
    return {
      statusCode: 200,
      headers: {
        'Content-Type': 'application/json',
        'x-amzn-RequestId': result.requestId,
        'X-Amz-Executed-Version': version,
        ...(result.ok ? {} : { 'X-Amz-Function-Error': 'Unhandled' }),
        ...(log !== undefined && { 'X-Amz-Log-Result': log }),
      },
      body: result.payload,
    };
  } catch (error) {
    return refusal(error);
  }
}

/**
 * Reads the event of an invocation.
 * @returns an error response if the body is too large or not JSON
 */
export function readPayload(
  { body }: AwsCall,
  type: string,
  isAsynchronous = false,
): Buffer | AwsResponse {
  const limit = isAsynchronous ? MAXIMUM_ASYNC_PAYLOAD_BYTES : MAXIMUM_PAYLOAD_BYTES;
  if (body.length > limit) {
    const message = `${body.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`;
    return failure(413, 'RequestTooLargeException', message);
  }
  if (body.length === 0) return Buffer.from('{}');
  try {
    JSON.parse(body.toString('utf8'));
    return body;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Could not parse request body into json: ${reason}`;
    return failure(400, 'InvalidRequestContentException', message);
  }
}

/**
 * Reads the options of an invocation from the headers of a call. The request id is made before the
 * invocation, because it identifies the invocation's log.
 */
export function optionsOf(
  call: AwsCall,
  { arn }: NamedFunction,
): InvokeOptions & { readonly requestId: string } {
  const traceId = headerOf(call, 'x-amzn-trace-id');
  const clientContext = headerOf(call, 'x-amz-client-context');
  const tenantId = headerOf(call, 'x-amz-tenant-id');
  return {
    requestId: newRequestId(),
    invokedArn: arn,
    ...(traceId !== undefined && { traceId }),
    ...(clientContext !== undefined && { clientContext }),
    ...(tenantId !== undefined && { tenantId }),
  };
}

/** Collects the log of an invocation if its call has `LogType: Tail`. */
export function tailOf({ events }: LambdaTarget, call: AwsCall, requestId: string) {
  return events !== undefined && headerOf(call, 'x-amz-log-type') === 'Tail'
    ? collectLogTail(events, requestId)
    : undefined;
}

function headerOf({ headers }: AwsCall, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
