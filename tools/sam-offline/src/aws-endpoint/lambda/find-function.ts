import { versionOf } from '../../lambda/index.ts';
import type { LambdaFunction, Stack } from '../../template/index.ts';
import type { AwsResponse } from '../call.ts';
import { failure } from './responses.ts';

/** What a call names: a function, and the alias or version that is meant. */
export interface NamedFunction {
  readonly fn: LambdaFunction;
  /** With the qualifier, where the call has one. */
  readonly arn: string;
  /** `$LATEST`, or the version that the qualifier stands for. */
  readonly version: string;
}

/**
 * The pattern of `FunctionName`: a name, an ARN, or a part of an ARN, each with or without a qualifier
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
 */
const FUNCTION_NAME =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([\w.-]+)(?::(\$LATEST|[\w-]+))?$/;

/**
 * Finds the function of a call.
 *
 * @param given as in the call's path
 * @param query where the qualifier may be, too
 * @returns the error in Lambda's words where there is no such function, alias or version
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
