import type { LambdaFunction } from '../../template/index.ts';

/** Makes the definition of a function. By default, its code is inline CommonJS. */
export function lambdaFunction(
  logicalId: string,
  source: string,
  overrides: Partial<LambdaFunction> = {},
): LambdaFunction {
  return {
    logicalId,
    functionName: `stack-${logicalId}`,
    arn: `arn:aws:lambda:ap-northeast-1:123456789012:function:stack-${logicalId}`,
    code: { type: 'inline', source },
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    architecture: 'x86_64',
    memorySizeMb: 128,
    timeoutMs: 10_000,
    environment: {},
    asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: 6 * 3_600_000 },
    layers: [],
    ...overrides,
  };
}
