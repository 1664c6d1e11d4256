/** The context for functions that a bench invokes in its own process. */
export const context = {
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:bench',
  memoryLimitInMB: '512',
  awsRequestId: crypto.randomUUID(),
  getRemainingTimeInMillis: () => 20_000,
};
