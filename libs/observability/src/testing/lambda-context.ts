import type { Context } from 'aws-lambda';

/** A Lambda context, as far as handlers look at it. */
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
  // The three callbacks are gone since Node 24, and still in the types.
  return context as Context;
}
