import { type InputProblem, ServiceError } from '../protocol/index.ts';

/** Makes the error for an invalid parameter. */
export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

/** Makes the error for a log group or stream that does not exist. */
export function notFound(what: 'group' | 'stream'): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}

/** Makes the error for a log group or stream that already exists. */
export function alreadyExists(what: 'group' | 'stream'): ServiceError {
  return new ServiceError(
    'ResourceAlreadyExistsException',
    `The specified log ${what} already exists`,
  );
}

/** Makes the error for an input that does not match the operation's schema. */
export function invalidInput({ parameter, isMissing, message }: InputProblem): ServiceError {
  return invalidParameter(
    isMissing
      ? `The parameter ${parameter} is required.`
      : `The value at '${parameter}' is invalid: it ${message}.`,
  );
}
