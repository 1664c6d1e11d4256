import { SamOfflineError } from '../sam-offline-error.ts';

/** How the gateways, pollers and the AWS endpoint invoke a function. */
export interface LambdaInvoker {
  /**
   * Invokes a function and waits for its response (`InvocationType: RequestResponse`).
   *
   * @param functionLogicalId the function's logical id
   * @param payload the event as JSON text (bytes are passed on as they are)
   * @throws InvalidParameterValueError where a tenant's id is missing, or the function takes none
   * @throws TooManyRequestsError when the function may not run (a reserved concurrency of 0), or AWS's
   *   concurrency is asked for and used up
   */
  invoke(
    functionLogicalId: string,
    payload: string | Buffer,
    options?: InvokeOptions,
  ): Promise<InvocationResult>;

  /**
   * Queues an asynchronous invocation (`InvocationType: Event`) and returns at once; it is retried
   * and sent to its on-failure destination as the function's `EventInvokeConfig` says.
   *
   * @throws RequestTooLargeError when the payload is over 1 MB
   */
  invokeAsync(functionLogicalId: string, payload: string | Buffer, options?: InvokeOptions): void;
}

export interface InvokeOptions {
  /** `X-Amzn-Trace-Id`; one is made where absent. */
  readonly traceId?: string;
  /** The id of the invocation; one is made where absent. */
  readonly requestId?: string;
  /** Base64 of `X-Amz-Client-Context`. */
  readonly clientContext?: string;
  /** The ARN that is invoked, with its alias or version; the function's own where absent. */
  readonly invokedArn?: string;
  /** `X-Amz-Tenant-Id`, of a function that is isolated by tenant. */
  readonly tenantId?: string;
  /**
   * Called once where the function streams its response: with the response's content type, when it
   * begins. What it returns gets the bytes as they come, and the result's payload is empty then. A
   * stream that fails on its way ends in a result that is an error.
   */
  readonly onResponseStream?: (contentType: string | undefined) => (chunk: Buffer) => void;
  /**
   * Called once, when the invocation has stopped waiting for an execution environment and runs: what
   * a caller allows for its response counts from here. Not called where it never runs.
   */
  readonly onStart?: () => void;
}

export type InvocationResult =
  | {
      readonly ok: true;
      readonly requestId: string;
      readonly payload: Buffer;
      /**
       * As the runtime sent it, absent where it sent none. A streaming handler that used
       * `awslambda.HttpResponseStream` sends `application/vnd.awslambda.http-integration-response`:
       * the payload is then JSON (statusCode, headers, cookies), eight NUL bytes, and the body.
       */
      readonly contentType?: string;
    }
  | {
      readonly ok: false;
      readonly requestId: string;
      /** `{"errorMessage":…,"errorType":…,"trace":[…]}` as JSON, as in Lambda's response. */
      readonly payload: Buffer;
      readonly errorType: string;
      readonly errorMessage: string;
    };

/** Lambda's own 429, before any code ran. */
export class TooManyRequestsError extends SamOfflineError {
  override readonly name = 'TooManyRequestsException';
  readonly reason:
    'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded';

  constructor(reason: TooManyRequestsError['reason']) {
    super('Rate Exceeded.');
    this.reason = reason;
  }
}
