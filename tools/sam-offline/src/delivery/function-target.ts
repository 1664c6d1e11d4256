import type { Enforcement } from '../iam/index.ts';
import { newRequestId, newTraceId, readTraceHeader } from '../ids/index.ts';
import { hasQualifier, type LambdaInvoker, RequestTooLargeError } from '../lambda/index.ts';
import type { Stack } from '../template/index.ts';
import { DeliveryError, type TargetSender } from './targets.ts';

/**
 * Makes a sender that invokes functions asynchronously. Lambda handles their retries, destinations
 * and dead-letter queues.
 */
export function functionTarget(
  stack: Pick<Stack, 'functions'>,
  invoker: LambdaInvoker,
  permissions: Enforcement,
): TargetSender {
  return (arn, { body, traceHeader }, by) => {
    // An ARN may end with an alias or a version, which has its own policy.
    const parts = arn.split(':');
    const unqualified = parts.slice(0, 7).join(':');
    const fn = stack.functions.find((candidate) => candidate.arn === unqualified);
    if (fn === undefined || !hasQualifier(fn, parts[7])) {
      return refuse('RESOURCE_NOT_FOUND', `there is no function ${arn} in this stack`);
    }
    const denial = by && permissions.refuseInvocation(by, arn.replace(/:\$LATEST$/, ''));
    if (denial !== undefined) return refuse('NO_PERMISSIONS', denial.message);
    const invocationId = newRequestId();
    const header = traceHeader ?? `Root=${newTraceId()}`;
    try {
      invoker.invokeAsync(fn.logicalId, body, {
        ...{ traceId: header, requestId: invocationId, invokedArn: arn },
      });
    } catch (error) {
      if (!(error instanceof RequestTooLargeError)) throw error;
      return refuse('INVALID_PARAMETER', error.message);
    }
    return Promise.resolve({ invocationId, traceId: readTraceHeader(header)?.traceId });
  };
}

function refuse(code: string, message: string): Promise<never> {
  return Promise.reject(new DeliveryError(code, message));
}
