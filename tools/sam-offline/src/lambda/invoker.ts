import { SamOfflineError } from '../sam-offline-error.ts';

/** Invokes functions, for the gateways, the pollers and the AWS endpoint. */
export interface LambdaInvoker {
  /**
   * Invokes a function and waits for its response (`InvocationType: RequestResponse`).
   *
   * @param functionLogicalId the function's logical id
   * @param payload the event as JSON; bytes are not changed
   * @throws InvalidParameterValueError if a tenant id is missing, or the function does not accept
   * one
   * @throws TooManyRequestsError if the function may not run (its reserved concurrency is 0), or if
   * AWS's concurrency limit is emulated and reached
   */
  invoke(
    functionLogicalId: string,
    payload: string | Buffer,
    options?: InvokeOptions,
  ): Promise<InvocationResult>;

  /**
   * Queues an asynchronous invocation (`InvocationType: Event`) and returns at once. The function's
   * `EventInvokeConfig` decides about its retries and destinations.
   *
   * @throws RequestTooLargeError if the payload is larger than 1 MB
   */
  invokeAsync(functionLogicalId: string, payload: string | Buffer, options?: InvokeOptions): void;
}

/** The options of an invocation. */
export interface InvokeOptions {
  /** The caller's `X-Amzn-Trace-Id`. If absent, a trace is started. */
  readonly traceId?: string;
  /** The request id of the invocation. If absent, one is made. */
  readonly requestId?: string;
  /** The value of `X-Amz-Client-Context`, which is Base64. */
  readonly clientContext?: string;
  /** The invoked ARN with its alias or version. If absent, it is the function's own ARN. */
  readonly invokedArn?: string;
  /** The value of `X-Amz-Tenant-Id`, for a function that is isolated by tenant. */
  readonly tenantId?: string;
  /**
   * Called once if the function streams its response. The payload of the result is empty then. If
   * the stream fails, the result is an error.
   */
  readonly onResponseStream?: OnResponseStream;
  /**
   * Called once, when the invocation starts to run after it waited for an execution environment.
   * Time-outs of the caller start here. It is not called if the invocation never runs.
   */
  readonly onStart?: () => void;
}

/**
 * Begins to receive a streamed response.
 *
 * @param contentType the content type that the runtime sent
 * @param resume has to be called when the receiver can take bytes again, after it returned false
 * @returns a function that gets the bytes as they arrive. If it returns false, nothing more of the
 * response is read until `resume`, so the function's own `write()` returns false.
 */
export type OnResponseStream = (
  contentType: string | undefined,
  resume: () => void,
) => (chunk: Buffer) => boolean;

/** The result of an invocation: the function's response, or its error. */
export type InvocationResult =
  | {
      readonly ok: true;
      readonly requestId: string;
      readonly payload: Buffer;
      /**
       * The content type that the runtime sent; absent if it sent none. A streaming handler that
       * uses `awslambda.HttpResponseStream` sends
       * `application/vnd.awslambda.http-integration-response`. The payload is then JSON
       * (statusCode, headers, cookies), eight NUL bytes, and the body.
       */
      readonly contentType?: string;
    }
  | {
      readonly ok: false;
      readonly requestId: string;
      /** The JSON of Lambda's response: `{"errorMessage":…,"errorType":…,"trace":[…]}`. */
      readonly payload: Buffer;
      readonly errorType: string;
      readonly errorMessage: string;
    };

/** Lambda's 429: the invocation was throttled before any code ran. */
export class TooManyRequestsError extends SamOfflineError {
  override readonly name = 'TooManyRequestsException';
  readonly reason:
    'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded';

  constructor(reason: TooManyRequestsError['reason']) {
    super('Rate Exceeded.');
    this.reason = reason;
  }
}
