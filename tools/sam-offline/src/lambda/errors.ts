import { SamOfflineError, UserError } from '../sam-offline-error.ts';

/** Lambda's 404: the function does not exist. */
export class FunctionNotFoundError extends SamOfflineError {
  override readonly name = 'ResourceNotFoundException';

  constructor(functionLogicalId: string) {
    super(`Function not found: ${functionLogicalId}`);
  }
}

/** Lambda's 413: the event is too large. */
export class RequestTooLargeError extends SamOfflineError {
  override readonly name = 'RequestTooLargeException';

  constructor(maximumBytes: number) {
    super(`Request must be smaller than ${maximumBytes} bytes for the InvokeFunction operation`);
  }
}

/** Lambda's 400: the client context is not Base64 of JSON. */
export class InvalidRequestContentError extends SamOfflineError {
  override readonly name = 'InvalidRequestContentException';
}

/** Lambda's 400: the function does not accept a parameter, or needs one that is missing. */
export class InvalidParameterValueError extends SamOfflineError {
  override readonly name = 'InvalidParameterValueException';
}

/** The service is closed, so an invocation cannot run. */
export class LambdaServiceClosedError extends SamOfflineError {
  override readonly name = 'LambdaServiceClosedError';

  constructor() {
    super('The Lambda service is closed');
  }
}

/** A function cannot run on this machine as the template describes it. */
export class FunctionConfigurationError extends UserError {
  override readonly name = 'FunctionConfigurationError';
  readonly functionLogicalId: string;
  /**
   * `missing-code`: the code may not be built yet. `unsupported`: sam-offline does not support the
   * configuration.
   */
  readonly reason: 'missing-code' | 'unsupported';

  constructor(
    functionLogicalId: string,
    reason: FunctionConfigurationError['reason'],
    message: string,
  ) {
    super(`Function ${functionLogicalId}: ${message}`);
    this.functionLogicalId = functionLogicalId;
    this.reason = reason;
  }
}
