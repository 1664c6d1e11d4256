import { SamOfflineError, UserError } from '../sam-offline-error.ts';

/** Lambda's own 404: no such function. */
export class FunctionNotFoundError extends SamOfflineError {
  override readonly name = 'ResourceNotFoundException';

  constructor(functionLogicalId: string) {
    super(`Function not found: ${functionLogicalId}`);
  }
}

/** Lambda's own 413: the event is over 6 MB. */
export class RequestTooLargeError extends SamOfflineError {
  override readonly name = 'RequestTooLargeException';

  constructor(maximumBytes: number) {
    super(`Request must be smaller than ${maximumBytes} bytes for the InvokeFunction operation`);
  }
}

/** Lambda's own 400: the client context is not Base64 of JSON. */
export class InvalidRequestContentError extends SamOfflineError {
  override readonly name = 'InvalidRequestContentException';
}

/** Lambda's own 400: a parameter that the function does not take, or lacks. */
export class InvalidParameterValueError extends SamOfflineError {
  override readonly name = 'InvalidParameterValueException';
}

/** The service is stopping. */
export class LambdaServiceClosedError extends SamOfflineError {
  override readonly name = 'LambdaServiceClosedError';

  constructor() {
    super('The Lambda service is closed');
  }
}

/** A function that cannot run on this machine as the template describes it. */
export class FunctionConfigurationError extends UserError {
  override readonly name = 'FunctionConfigurationError';
  readonly functionLogicalId: string;
  /** `missing-code`: there may be a build to run; `unsupported`: sam-offline does not do this. */
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
