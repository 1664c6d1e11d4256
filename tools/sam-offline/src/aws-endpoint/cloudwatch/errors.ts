import type { InputProblem } from '../protocol/index.ts';
import { ServiceError } from '../protocol/index.ts';

export function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message, {
    queryCode: 'InvalidParameterValue',
  });
}

export function invalidCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombinationException', message, {
    queryCode: 'InvalidParameterCombination',
  });
}

export function missingParameter(message: string): ServiceError {
  return new ServiceError('MissingRequiredParameterException', message, {
    queryCode: 'MissingParameter',
  });
}

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

export function invalidNextToken(): ServiceError {
  return new ServiceError(
    'InvalidNextToken',
    'The NextToken was not made for this request. Give it with the parameters of the request that it came from.',
  );
}

/** An input that has not the shape of the operation's. */
export function invalidInput({ parameter, isMissing, message }: InputProblem): ServiceError {
  return isMissing
    ? missingParameter(`The parameter ${parameter} is required.`)
    : invalidValue(`The value for parameter ${parameter} is invalid: it ${message}.`);
}
