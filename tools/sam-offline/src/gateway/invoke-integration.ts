import { type InvokeOptions, type LambdaInvoker, TooManyRequestsError } from '../lambda/index.ts';
import type { InvokePermissions } from './invoke-permissions.ts';
import { invokeWithin, timedOut } from './invoke-within.ts';

/** How the function of an integration ended, and what a gateway made of its response. */
export type IntegrationEnd<Response> =
  | (OfInvocation & {
      readonly outcome: 'responded';
      readonly response: Response;
      /** What the integration itself returned, where that is not a function's result: 200. */
      readonly integrationStatus?: number;
    })
  | (OfInvocation & {
      readonly outcome: 'failed';
      /**
       * The gateway may not invoke the function, or the function threw, was throttled, or returned what the
       * gateway cannot read. Of integrations that map: the endpoint cannot be reached, no response mapping is for what it
       * returned, or no template is for the request's content type. Else our own error.
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
      /** What the function threw. */
      readonly functionError?: string;
      readonly error?: unknown;
    })
  | (OfInvocation & { readonly outcome: 'timed-out'; readonly message: string });

interface OfInvocation {
  /** The request id of the invocation, once it has ended. */
  readonly invocationId?: string;
}

/** Which function is invoked, for which route. */
export interface RouteIntegration {
  readonly functionLogicalId: string;
  /** Absent where the integration's own role invokes it. */
  readonly functionArn?: string;
  readonly timeoutMs: number;
  /** As the source of a permission has it: `GET/posts/{postId}`, `$default`. */
  readonly route: string;
  readonly permissions: InvokePermissions;
}

/**
 * Invokes the function of an integration where its permissions let API Gateway, and waits for its response
 * up to the integration's time-out, which counts from when the function runs.
 *
 * @param read makes the gateway's response out of the function's
 * @param isMalformed tells the errors of `read` that say that the response cannot be read
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
