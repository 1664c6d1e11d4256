import { newRequestId } from '../ids/index.ts';
import {
  MAXIMUM_ASYNC_PAYLOAD_BYTES,
  MAXIMUM_PAYLOAD_BYTES,
  TooManyRequestsError,
  type LambdaInvoker,
} from '../lambda/index.ts';
import type { LambdaFunction, Stack } from '../template/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';

export interface LambdaTarget {
  readonly stack: Pick<Stack, 'region' | 'accountId' | 'functions'>;
  readonly invoker: LambdaInvoker;
}

const FUNCTIONS_PATH = /^\/2015-03-31\/functions\/?$/;
const FUNCTION_PATH = /^\/2015-03-31\/functions\/([^/]+)(\/invocations|\/configuration)?\/?$/;

/** Lambda's own API: `Invoke`, and enough to look around (`ListFunctions`, `GetFunction…`). */
export async function handleLambda(target: LambdaTarget, call: AwsCall): Promise<AwsResponse> {
  if (call.method === 'GET' && FUNCTIONS_PATH.test(call.path)) {
    return jsonResponse(200, { Functions: target.stack.functions.map(configurationOf) });
  }
  const match = FUNCTION_PATH.exec(call.path);
  if (match?.[1] === undefined) {
    return failure(
      501,
      'NotImplementedException',
      `sam-offline does not emulate Lambda's ${call.operation}`,
    );
  }
  const name = decodeURIComponent(match[1]);
  const lambda = findFunction(target.stack, name);
  if (lambda === undefined) {
    const arn = name.startsWith('arn:') ? name : functionArn(target.stack, name);
    return failure(404, 'ResourceNotFoundException', `Function not found: ${arn}`, {
      Type: 'User',
    });
  }
  if (match[2] === '/invocations' && call.method === 'POST') return invoke(target, call, lambda);
  if (call.method === 'GET' && match[2] === '/configuration')
    return jsonResponse(200, configurationOf(lambda));
  if (call.method === 'GET' && match[2] === undefined) {
    return jsonResponse(200, { Configuration: configurationOf(lambda), Tags: {} });
  }
  return failure(
    501,
    'NotImplementedException',
    `sam-offline does not emulate Lambda's ${call.operation}`,
  );
}

/** What `Invoke` was called with, for metrics. */
export function lambdaOperation(call: AwsCall): string {
  const match = FUNCTION_PATH.exec(call.path);
  if (match?.[2] === '/invocations') return 'Invoke';
  if (match?.[2] === '/configuration') return 'GetFunctionConfiguration';
  return FUNCTIONS_PATH.test(call.path) ? 'ListFunctions' : match ? 'GetFunction' : call.operation;
}

/**
 * A function by name, ARN or partial ARN (`123456789012:function:name`), each with or without a
 * qualifier. There is one version of each function here, whatever the qualifier.
 */
function findFunction(
  { functions, region, accountId }: LambdaTarget['stack'],
  given: string,
): LambdaFunction | undefined {
  const match = /^(?:(?:arn:aws:lambda:([^:]+):)?(\d{12}):function:)?([^:]+)(?::[^:]+)?$/.exec(
    given,
  );
  const [, givenRegion = region, givenAccount = accountId, name] = match ?? [];
  if (givenRegion !== region || givenAccount !== accountId) return undefined;
  return functions.find(({ functionName }) => functionName === name);
}

function functionArn({ region, accountId }: LambdaTarget['stack'], name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

async function invoke(
  target: LambdaTarget,
  call: AwsCall,
  lambda: LambdaFunction,
): Promise<AwsResponse> {
  const type = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const isAsynchronous = type === 'Event';
  const limit = isAsynchronous ? MAXIMUM_ASYNC_PAYLOAD_BYTES : MAXIMUM_PAYLOAD_BYTES;
  if (call.body.length > limit) {
    const message = `${call.body.length} byte payload is too large for the ${String(type)} invocation type (limit ${limit} bytes)`;
    return failure(413, 'RequestTooLargeException', message, { Type: 'User' });
  }
  const payload = call.body.length === 0 ? Buffer.from('{}') : call.body;
  const invalid = jsonError(payload);
  if (invalid !== undefined) {
    const message = `Could not parse request body into json: ${invalid}`;
    return failure(400, 'InvalidRequestContentException', message, { Type: 'User' });
  }
  if (type === 'DryRun') return empty(204);

  const traceId = call.headers['x-amzn-trace-id'];
  const clientContext = call.headers['x-amz-client-context'];
  const options = {
    ...(typeof traceId === 'string' ? { traceId } : {}),
    ...(typeof clientContext === 'string' ? { clientContext } : {}),
  };
  if (isAsynchronous) {
    target.invoker.invokeAsync(lambda.logicalId, payload, options);
    return empty(202);
  }
  try {
    const result = await target.invoker.invoke(lambda.logicalId, payload, options);
    return {
      statusCode: 200,
      headers: {
        'Content-Type': 'application/json',
        'x-amzn-RequestId': result.requestId,
        'X-Amz-Executed-Version': '$LATEST',
        ...(result.ok ? {} : { 'X-Amz-Function-Error': 'Unhandled' }),
      },
      body: result.payload,
    };
  } catch (error) {
    if (error instanceof TooManyRequestsError) {
      return failure(429, error.name, error.message, { Reason: error.reason, Type: 'User' });
    }
    return failure(500, 'ServiceException', error instanceof Error ? error.message : String(error));
  }
}

function jsonError(payload: Buffer): string | undefined {
  try {
    JSON.parse(payload.toString('utf8'));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function configurationOf(lambda: LambdaFunction): object {
  return {
    FunctionName: lambda.functionName,
    FunctionArn: lambda.arn,
    Runtime: lambda.runtime,
    Handler: lambda.handler,
    PackageType: lambda.code.type === 'image' ? 'Image' : 'Zip',
    MemorySize: lambda.memorySizeMb,
    Timeout: Math.ceil(lambda.timeoutMs / 1000),
    Architectures: [lambda.architecture],
    Environment: { Variables: lambda.environment },
    Version: '$LATEST',
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}

function jsonResponse(statusCode: number, body: object): AwsResponse {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json', 'x-amzn-RequestId': newRequestId() },
    body: JSON.stringify(body),
  };
}

function empty(statusCode: number): AwsResponse {
  return {
    statusCode,
    headers: { 'x-amzn-RequestId': newRequestId(), 'X-Amz-Executed-Version': '$LATEST' },
    body: '',
  };
}

function failure(
  statusCode: number,
  code: string,
  message: string,
  more: object = {},
): AwsResponse {
  const { headers, body } = jsonResponse(statusCode, { ...more, Message: message, message });
  return { statusCode, headers: { ...headers, 'x-amzn-ErrorType': code }, body };
}
