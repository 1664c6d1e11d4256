const LAMBDA_GROUP = '/aws/lambda/';

/** The log group of a function whose template names no other: `/aws/lambda/<function name>`. */
export function logGroupOf(functionName: string): string {
  return LAMBDA_GROUP + functionName;
}

/** The function that writes to a log group. Undefined for a group that is not a function's. */
export function functionOfLogGroup(logGroup: string): string | undefined {
  return logGroup.startsWith(LAMBDA_GROUP) ? logGroup.slice(LAMBDA_GROUP.length) : undefined;
}
