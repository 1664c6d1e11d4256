import { versionOf } from '../../lambda/index.ts';
import type { LambdaFunction, Stack } from '../../template/index.ts';
import type { AwsResponse } from '../call.ts';
import { failure } from './responses.ts';

/** The function that a call names, with its alias or version. */
export interface NamedFunction {
  readonly fn: LambdaFunction;
  /** The ARN, with the qualifier if the call has one. */
  readonly arn: string;
  /** `$LATEST`, or the version of the qualifier. */
  readonly version: string;
}

/**
 * Matches `FunctionName`: a name, an ARN, or a part of an ARN, each with or without a qualifier
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
 */
const FUNCTION_NAME =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([\w.-]+)(?::(\$LATEST|[\w-]+))?$/;

/**
 * Finds the function of a call.
 *
 * @param given the function's name or ARN in the call's path
 * @param query the query string, which may have the qualifier
 * @returns the function; or Lambda's error if there is no such function, alias or version
 */
export function findFunction(
  { functions, region, accountId }: Pick<Stack, 'region' | 'accountId' | 'functions'>,
  given: string,
  query: string,
): NamedFunction | AwsResponse {
  const match = FUNCTION_NAME.exec(given);
  const [, givenRegion = region, givenAccount = accountId, name = given, named] = match ?? [];
  const asked = new URLSearchParams(query).get('Qualifier') ?? undefined;
  if (named !== undefined && asked !== undefined && named !== asked) {
    return failure(
      400,
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const qualifier = named ?? asked;
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  const arn = `arn:aws:lambda:${givenRegion}:${givenAccount}:function:${name}${suffix}`;
  const isHere = givenRegion === region && givenAccount === accountId;
  const fn = isHere ? functions.find(({ functionName }) => functionName === name) : undefined;
  const version = fn && versionOf(fn, qualifier);
  if (fn === undefined || version === undefined) {
    return failure(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
  }
  return { fn, arn: `${fn.arn}${suffix}`, version };
}
