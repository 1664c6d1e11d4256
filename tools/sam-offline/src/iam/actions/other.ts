import { textOf, type NeededPermission, type ServiceCall } from './call.ts';

/** Operations of Lambda whose IAM action has a different name. */
const LAMBDA_ACTIONS: Readonly<Record<string, string>> = {
  Invoke: 'InvokeFunction',
  InvokeAsync: 'InvokeFunction',
  InvokeWithResponseStream: 'InvokeFunction',
};

/**
 * Gives the permission that a call to Lambda needs. `FunctionName` is a name or an ARN, and may
 * contain a qualifier.
 */
export function lambdaPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input, region, accountId } = call;
  const action = `lambda:${LAMBDA_ACTIONS[operation] ?? operation}`;
  const given = textOf(input.FunctionName);
  if (given === undefined) return [{ action, resource: '*' }];
  const [, name = given, inName] =
    /^(?:arn:aws:lambda:[^:]*:\d*:function:|\d{12}:function:)?([^:]+)(?::([^:]+))?$/.exec(given) ??
    [];
  const qualifier = textOf(input.Qualifier) ?? inName;
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return [{ action, resource: `arn:aws:lambda:${region}:${accountId}:function:${name}${suffix}` }];
}

/** Gives the permission that a call to CloudWatch needs. Alarms have ARNs; metrics have none. */
export function cloudwatchPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input } = call;
  const namespace = textOf(input.Namespace);
  return [
    {
      action: `cloudwatch:${operation}`,
      resource: '*',
      ...(operation === 'PutMetricData' &&
        namespace !== undefined && { context: () => ({ 'cloudwatch:namespace': namespace }) }),
    },
  ];
}

/**
 * Gives the permission that a call to CloudWatch Logs needs. The resource is a log stream or a log
 * group.
 */
export function logsPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input, region, accountId } = call;
  const group = textOf(input.logGroupName) ?? textOf(input.logGroupIdentifier);
  const stream = textOf(input.logStreamName);
  const base = `arn:aws:logs:${region}:${accountId}:log-group:`;
  const groupArn = group?.startsWith('arn:') === true ? group : `${base}${group ?? ''}`;
  return [
    {
      action: `logs:${operation}`,
      resource: stream === undefined ? groupArn : `${groupArn}:log-stream:${stream}`,
    },
  ];
}

/**
 * Gives the action with the operation's name, on `*`. It is for services whose actions have no
 * resource type, such as X-Ray.
 */
export function plainPermissions({ service, operation }: ServiceCall): NeededPermission[] {
  return [
    { action: `${service === 'monitoring' ? 'cloudwatch' : service}:${operation}`, resource: '*' },
  ];
}
