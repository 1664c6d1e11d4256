/** What a function is handed as its context by benches that invoke it in their own process. */
export const context = {
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:bench',
  memoryLimitInMB: '512',
  awsRequestId: crypto.randomUUID(),
  getRemainingTimeInMillis: () => 20_000,
};
