interface Grant {
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
}

const logs: Grant = {
  actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
};
const networkInterfaces: Grant = {
  actions: [
    ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
    ...['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses'],
    'ec2:UnassignPrivateIpAddresses',
  ],
};
const tracing: Grant = {
  actions: [
    ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules'],
    ...['xray:GetSamplingTargets', 'xray:GetSamplingStatisticSummaries'],
  ],
};
const full = (...services: string[]): Grant[] => [
  { actions: services.map((service) => `${service}:*`) },
];

/**
 * AWS managed policies: those that SAM attaches, and those that templates name most often. Each has
 * only the actions of services that functions can call here. Customer managed policies are
 * resources of a template.
 *
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
 */
const MANAGED: Readonly<Record<string, readonly Grant[]>> = {
  AWSLambdaBasicExecutionRole: [logs],
  AWSLambdaVPCAccessExecutionRole: [logs, networkInterfaces],
  AWSLambdaDynamoDBExecutionRole: [
    logs,
    {
      actions: [
        ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        'dynamodb:ListStreams',
      ],
    },
  ],
  AWSLambdaSQSQueueExecutionRole: [
    logs,
    { actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] },
  ],
  AWSXRayDaemonWriteAccess: [tracing],
  AWSXrayWriteOnlyAccess: [tracing],
  AWSLambdaRole: [{ actions: ['lambda:InvokeFunction'] }],
  AWSLambda_FullAccess: full('lambda'),
  AmazonAPIGatewayInvokeFullAccess: [
    {
      actions: ['execute-api:Invoke', 'execute-api:ManageConnections'],
      resources: ['arn:aws:execute-api:*:*:*'],
    },
  ],
  AmazonDynamoDBFullAccess: full('dynamodb'),
  AmazonDynamoDBFullAccess_v2: full('dynamodb'),
  AmazonDynamoDBReadOnlyAccess: [
    {
      actions: [
        ...['dynamodb:BatchGetItem', 'dynamodb:Describe*', 'dynamodb:List*', 'dynamodb:GetItem'],
        ...['dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PartiQLSelect', 'dynamodb:GetAbacStatus'],
        'dynamodb:GetResourcePolicy',
      ],
    },
  ],
  AmazonSQSFullAccess: full('sqs'),
  AmazonSQSReadOnlyAccess: [
    {
      actions: [
        ...['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListDeadLetterSourceQueues'],
        ...['sqs:ListQueues', 'sqs:ListMessageMoveTasks', 'sqs:ListQueueTags'],
      ],
    },
  ],
  AmazonSNSFullAccess: full('sns'),
  AmazonS3FullAccess: full('s3', 's3-object-lambda'),
  AmazonS3ReadOnlyAccess: [
    { actions: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*'] },
  ],
  AmazonEventBridgeFullAccess: full('events', 'schemas', 'scheduler', 'pipes'),
  CloudWatchLogsFullAccess: full('logs'),
  CloudWatchFullAccess: full('cloudwatch', 'logs', 'sns'),
  AdministratorAccess: [{ actions: ['*'] }],
};

/**
 * Gives the document of an AWS managed policy.
 *
 * @param nameOrArn `AmazonSQSFullAccess`, or `arn:aws:iam::aws:policy/service-role/AWSLambdaRole`
 * @returns undefined if the policy is not in the list above
 */
export function managedPolicyDocument(
  nameOrArn: string,
): Readonly<Record<string, unknown>> | undefined {
  const name = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
  const grants = Object.hasOwn(MANAGED, name) ? MANAGED[name] : undefined;
  return (
    grants && {
      Version: '2012-10-17',
      Statement: grants.map(({ actions, resources = ['*'] }) => ({
        Effect: 'Allow',
        Action: actions,
        Resource: resources,
      })),
    }
  );
}
