import { type InvokeOptions, type LambdaInvoker, TooManyRequestsError } from '../lambda/index.ts';
import type { InvokePermissions } from './invoke-permissions.ts';
import { invokeWithin, timedOut } from './invoke-within.ts';

/** The end of an integration: the gateway's response, a failure, or a time-out. */
export type IntegrationEnd<Response> =
  | (OfInvocation & {
      readonly outcome: 'responded';
      readonly response: Response;
      /**
       * The status that the integration itself returned; absent if a function returned a result
       * (200).
       */
      readonly integrationStatus?: number;
    })
  | (OfInvocation & {
      readonly outcome: 'failed';
      /**
       * `forbidden`: the gateway may not invoke the function. `function`: the function threw an
       * error. `throttled`: Lambda throttled the function. `malformed`: the gateway cannot read the
       * function's response. For integrations with mappings: `unreachable`: the endpoint cannot be
       * reached; `configuration`: no integration response matches; `media-type`: no template
       * matches the content type. `unexpected`: sam-offline has a fault.
       */
      readonly reason:
        | 'forbidden'
        | 'function'
        | 'throttled'
        | 'malformed'
        | 'unreachable'
        | 'configuration'
        | 'media-type'
        | 'unexpected';
      readonly message: string;
      /** The message of the error that the function threw. */
      readonly functionError?: string;
      readonly error?: unknown;
    })
  | (OfInvocation & { readonly outcome: 'timed-out'; readonly message: string });

interface OfInvocation {
  /** The request id of the invocation, once it has ended. */
  readonly invocationId?: string;
}

/** The function to invoke, and the route that it is invoked for. */
export interface RouteIntegration {
  readonly functionLogicalId: string;
  /** Absent if the integration's own role invokes the function, so that no permission is needed. */
  readonly functionArn?: string;
  readonly timeoutMs: number;
  /** The route in the form that a permission's source ARN has: `GET/posts/{postId}`, `$default`. */
  readonly route: string;
  readonly permissions: InvokePermissions;
}

/**
 * Invokes the function of an integration if its permissions allow that to API Gateway. It waits for
 * the response for at most the integration's time-out, which starts when the function starts to
 * run.
 *
 * @param read makes the gateway's response from the function's payload
 * @param isMalformed tells whether an error of `read` means that the payload cannot be read
 */
export async function invokeIntegration<Response>(
  integration: RouteIntegration,
  invoker: LambdaInvoker,
  event: string,
  options: InvokeOptions,
  read: (payload: Buffer) => Response,
  isMalformed: (error: unknown) => error is Error,
): Promise<IntegrationEnd<Response>> {
  const { functionLogicalId, functionArn, timeoutMs, permissions, route } = integration;
  const denial = functionArn === undefined ? undefined : permissions.refuse(functionArn, route);
  if (denial !== undefined) {
    return { outcome: 'failed', reason: 'forbidden', message: denial.message };
  }
  let invocationId: string | undefined;
  try {
    const invoked = functionArn === undefined ? options : { ...options, invokedArn: functionArn };
    const result = await invokeWithin(timeoutMs, invoker, functionLogicalId, event, invoked);
    if (result === timedOut) {
      return { outcome: 'timed-out', message: `no result within ${timeoutMs} ms` };
    }
    invocationId = result.requestId;
    if (!result.ok) {
      const message = `${result.errorType}: ${result.errorMessage}`;
      const functionError = result.errorMessage;
      return { outcome: 'failed', reason: 'function', message, functionError, invocationId };
    }
    return { outcome: 'responded', response: read(result.payload), invocationId };
  } catch (error) {
    const of = { outcome: 'failed', error, ...(invocationId !== undefined && { invocationId }) };
    if (error instanceof TooManyRequestsError) {
      return {
        ...of,
        outcome: 'failed',
        reason: 'throttled',
        message: `throttled: ${error.reason}`,
      };
    }
    if (isMalformed(error)) {
      const message = `malformed response: ${error.message}`;
      return { ...of, outcome: 'failed', reason: 'malformed', message };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { ...of, outcome: 'failed', reason: 'unexpected', message };
  }
}
