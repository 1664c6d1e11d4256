import { type InputProblem, ServiceError } from '../protocol/index.ts';

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function notFound(what: 'group' | 'stream'): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}

export function alreadyExists(what: 'group' | 'stream'): ServiceError {
  return new ServiceError(
    'ResourceAlreadyExistsException',
    `The specified log ${what} already exists`,
  );
}

export function invalidInput({ parameter, isMissing, message }: InputProblem): ServiceError {
  return invalidParameter(
    isMissing
      ? `The parameter ${parameter} is required.`
      : `The value at '${parameter}' is invalid: it ${message}.`,
  );
}
