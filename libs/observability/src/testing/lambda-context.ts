import type { Context } from 'aws-lambda';

/** A Lambda context with the fields that handlers read. */
export function lambdaContext(overrides: Partial<Context> = {}): Context {
  const context: Omit<Context, 'done' | 'fail' | 'succeed'> = {
    awsRequestId: 'lambda-request',
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'blogapp-development-test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:test',
    logGroupName: '/aws/lambda/test',
    logStreamName: 'stream',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => 10_000,
    ...overrides,
  };
  // The types still have three callbacks that do not exist any more since Node 24.
  return context as Context;
}
