import type { AwsCall, AwsResponse } from '../call.ts';
import { findFunction, type NamedFunction } from './find-function.ts';
import { invoke } from './invoke.ts';
import { invokeWithResponseStream } from './invoke-with-response-stream.ts';
import { json, notEmulated } from './responses.ts';
import type { LambdaTarget } from './target.ts';

const FUNCTIONS_PATH = /^\/2015-03-31\/functions\/?$/;
const FUNCTION_PATH =
  /^\/20\d\d-\d\d-\d\d\/functions\/([^/]+)(\/invocations|\/response-streaming-invocations|\/configuration)?\/?$/;

type Operation = 'Invoke' | 'InvokeWithResponseStream' | 'GetFunctionConfiguration' | 'GetFunction';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /invocations': 'Invoke',
  'POST /response-streaming-invocations': 'InvokeWithResponseStream',
  'GET /configuration': 'GetFunctionConfiguration',
  'GET ': 'GetFunction',
};

/**
 * Serves Lambda's API: the operations that invoke functions, and those that describe them
 * (`ListFunctions`, `GetFunction…`).
 */
export async function handleLambda(target: LambdaTarget, call: AwsCall): Promise<AwsResponse> {
  if (call.method === 'GET' && FUNCTIONS_PATH.test(call.path)) {
    const all = target.stack.functions.map((fn) => ({ fn, arn: fn.arn, version: '$LATEST' }));
    return json(200, { Functions: all.map(configurationOf) });
  }
  const [, name, action = ''] = FUNCTION_PATH.exec(call.path) ?? [];
  const operation = OPERATIONS[`${call.method} ${action}`];
  if (name === undefined || operation === undefined) return notEmulated(call.operation);
  const named = findFunction(target.stack, decodeURIComponent(name), call.query);
  if ('statusCode' in named) return named;
  switch (operation) {
    case 'Invoke':
      return await invoke(target, call, named);
    case 'InvokeWithResponseStream':
      return await invokeWithResponseStream(target, call, named);
    case 'GetFunctionConfiguration':
      return json(200, configurationOf(named));
    case 'GetFunction':
      return json(200, { Configuration: configurationOf(named), Tags: {} });
  }
}

/** Gives the operation of a call, for permissions and metrics. */
export function lambdaOperation(call: AwsCall): string {
  const match = FUNCTION_PATH.exec(call.path);
  if (match?.[2] === '/invocations') return 'Invoke';
  if (match?.[2] === '/response-streaming-invocations') return 'InvokeWithResponseStream';
  if (match?.[2] === '/configuration') return 'GetFunctionConfiguration';
  return FUNCTIONS_PATH.test(call.path) ? 'ListFunctions' : match ? 'GetFunction' : call.operation;
}

function configurationOf({ fn, arn, version }: NamedFunction): object {
  return {
    FunctionName: fn.functionName,
    FunctionArn: arn,
    Runtime: fn.runtime,
    Handler: fn.handler,
    PackageType: fn.code.type === 'image' ? 'Image' : 'Zip',
    MemorySize: fn.memorySizeMb,
    Timeout: Math.ceil(fn.timeoutMs / 1000),
    Architectures: [fn.architecture],
    Environment: { Variables: fn.environment },
    ...(fn.isIsolatedByTenant === true && {
      TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
    }),
    Version: version,
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
