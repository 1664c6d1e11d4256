import type { ServiceCall } from '../iam/index.ts';
import type { AwsCall } from './call.ts';
import { s3Input } from './s3-call.ts';
import { schedulerInput } from './scheduler-call.ts';
import { queryToJson } from './sqs-query.ts';

/**
 * Describes a call in the terms of its service's API. The description has what decides which
 * permissions the call needs.
 *
 * @param operation the operation of the API; in REST APIs the path decides it
 */
export function describeCall(
  call: AwsCall,
  operation: string,
): Pick<ServiceCall, 'service' | 'operation' | 'input'> {
  return { service: call.service, operation, input: inputOf(call) };
}

function inputOf(call: AwsCall): Readonly<Record<string, unknown>> {
  if (call.service === 'lambda') return lambdaInput(call);
  if (call.service === 's3') return s3Input(call);
  if (call.service === 'scheduler') return schedulerInput(call);
  if (call.protocol === 'query') {
    if (call.service === 'sqs') return queryToJson(call);
    const isForm = call.body.length > 0;
    return Object.fromEntries(new URLSearchParams(isForm ? call.body.toString() : call.query));
  }
  if (call.protocol !== 'json') return {};
  try {
    const input: unknown = JSON.parse(call.body.toString('utf8'));
    return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  } catch {
    // The service itself reports what is wrong with the body.
    return {};
  }
}

/**
 * Reads the input from a path such as `/2015-03-31/functions/<name>/invocations?Qualifier=live`.
 */
function lambdaInput({ path, query }: AwsCall): Readonly<Record<string, unknown>> {
  const name = /^\/[\d-]+\/functions\/([^/]+)/.exec(path)?.[1];
  const qualifier = new URLSearchParams(query).get('Qualifier');
  return {
    ...(name !== undefined && { FunctionName: decodeURIComponent(name) }),
    ...(qualifier !== null && { Qualifier: qualifier }),
  };
}
