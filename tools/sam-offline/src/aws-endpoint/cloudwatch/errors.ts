import type { InputProblem } from '../protocol/index.ts';
import { ServiceError } from '../protocol/index.ts';

/** Makes the error for a parameter with an invalid value. */
export function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message, {
    queryCode: 'InvalidParameterValue',
  });
}

/** Makes the error for parameters that cannot be used together. */
export function invalidCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombinationException', message, {
    queryCode: 'InvalidParameterCombination',
  });
}

/** Makes the error for a missing parameter. */
export function missingParameter(message: string): ServiceError {
  return new ServiceError('MissingRequiredParameterException', message, {
    queryCode: 'MissingParameter',
  });
}

/** Makes CloudWatch's `ValidationError`. */
export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

/** Makes the error for a token of another request. */
export function invalidNextToken(): ServiceError {
  return new ServiceError(
    'InvalidNextToken',
    'The NextToken was not made for this request. Use it with the parameters of the request that returned it.',
  );
}

/** Makes the error for an input that does not match the operation's schema. */
export function invalidInput({ parameter, isMissing, message }: InputProblem): ServiceError {
  return isMissing
    ? missingParameter(`The parameter ${parameter} is required.`)
    : invalidValue(`The value for parameter ${parameter} is invalid: it ${message}.`);
}
