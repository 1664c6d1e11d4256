import { textOf, type NeededPermission, type ServiceCall } from './call.ts';

/** Operations of Lambda whose action has another name. */
const LAMBDA_ACTIONS: Readonly<Record<string, string>> = {
  Invoke: 'InvokeFunction',
  InvokeAsync: 'InvokeFunction',
  InvokeWithResponseStream: 'InvokeFunction',
};

/** The permission that a call to Lambda needs. `FunctionName` is a name or an ARN, either with a qualifier. */
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

/** The permission that a call to CloudWatch needs. Its metrics are no resources; alarms are. */
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

/** The permission that a call to CloudWatch Logs needs: on a log stream, or on a log group. */
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

/** The action that has the operation's name, on no resource: for services without resource types, as X-Ray. */
export function plainPermissions({ service, operation }: ServiceCall): NeededPermission[] {
  return [
    { action: `${service === 'monitoring' ? 'cloudwatch' : service}:${operation}`, resource: '*' },
  ];
}
