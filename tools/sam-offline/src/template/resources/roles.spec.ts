import type { ExecutionRole } from '../model.ts';
import { functionTemplate, loadText, problemsOf } from '../testing/load-text.ts';

function roleOf(properties: string, resources = ''): ExecutionRole {
  const role = loadText(functionTemplate(properties, resources)).functions[0]?.role;
  if (role === undefined) throw new Error('the function has no role');
  return role;
}

const documents = ({ policies }: ExecutionRole): Record<string, unknown> =>
  Object.fromEntries(policies.map(({ name, document }) => [name, document]));

describe('execution roles', () => {
  it('have the policies that SAM attaches by itself', () => {
    expect(Object.keys(documents(roleOf('Tracing: Active')))).toEqual([
      'AWSLambdaBasicExecutionRole',
      'AWSXRayDaemonWriteAccess',
    ]);
  });

  it('are not checked if a connector gives them permissions', () => {
    const connector = (id: string): string =>
      `Link:\n  Type: AWS::Serverless::Connector\n  Properties: { Source: { Id: ${id} }, Destination: { Id: Jobs }, Permissions: [Write] }\nJobs: { Type: AWS::SQS::Queue }`;
    expect(roleOf('', connector('Greet')).unchecked).toContain('a connector gives it permissions');
    expect(roleOf('', connector('Other')).unchecked).toBeUndefined();
  });

  it('mark the policies whose statements are not in the template', () => {
    const role = roleOf(
      `Policies:
  - AmazonSQSReadOnlyAccess
  - !Ref Own
  - Statement: [{ Effect: Allow, Action: s3:GetObject, Resource: '*' }]
DeadLetterQueue: { Type: SQS, TargetArn: 'arn:aws:sqs:eu-west-1:123456789012:dead' }`,
      `Own:
  Type: AWS::IAM::ManagedPolicy
  Properties:
    PolicyDocument: { Statement: [{ Effect: Allow, Action: s3:PutObject, Resource: '*' }] }`,
    );
    expect(role.policies.map(({ name, isAttached }) => [name, isAttached === true])).toEqual([
      ['AWSLambdaBasicExecutionRole', true],
      ['Greet.DeadLetterQueue', true],
      ['AmazonSQSReadOnlyAccess', true],
      ['Own', false],
      ['Greet.Policies[2]', false],
    ]);
  });

  it('may read the streams and queues of the function’s events', () => {
    const events = `Events:
  Stream:
    Type: DynamoDB
    Properties: { Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST }
  Queue:
    Type: SQS
    Properties: { Queue: !GetAtt Jobs.Arn }`;
    const resources = `Table:
  Type: AWS::DynamoDB::Table
  Properties:
    AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
    KeySchema: [{ AttributeName: id, KeyType: HASH }]
    BillingMode: PAY_PER_REQUEST
    StreamSpecification: { StreamViewType: NEW_IMAGE }
Jobs:
  Type: AWS::SQS::Queue`;
    expect(Object.keys(documents(roleOf(events, resources)))).toEqual([
      'AWSLambdaBasicExecutionRole',
      'AWSLambdaDynamoDBExecutionRole',
      'AWSLambdaSQSQueueExecutionRole',
    ]);
  });

  it('have the documents, SAM policy templates and managed policies of Policies', () => {
    const role = roleOf(
      `Policies:
  - AmazonSQSReadOnlyAccess
  - Statement: [{ Effect: Allow, Action: s3:GetObject, Resource: '*' }]
  - DynamoDBReadPolicy: { TableName: !Ref Table }`,
      'Table: { Type: AWS::Serverless::SimpleTable, Properties: { TableName: posts } }',
    );
    expect(documents(role)).toMatchObject({
      AmazonSQSReadOnlyAccess: { Statement: [{ Effect: 'Allow' }] },
      'Greet.Policies[1]': {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
      },
      'Greet.Policies[2].DynamoDBReadPolicy': {
        Statement: [
          {
            Action: expect.arrayContaining(['dynamodb:GetItem', 'dynamodb:Query']),
            Resource: [
              'arn:aws:dynamodb:ap-northeast-1:123456789012:table/posts',
              'arn:aws:dynamodb:ap-northeast-1:123456789012:table/posts/index/*',
            ],
          },
        ],
      },
    });
    expect(role.policies.find(({ name }) => name === 'Greet.Policies[1]')?.line).toEqual(
      expect.any(Number),
    );
  });

  it('accept Policies that is not a list', () => {
    expect(Object.keys(documents(roleOf('Policies: AmazonSQSFullAccess')))).toContain(
      'AmazonSQSFullAccess',
    );
  });

  it('may send to the dead-letter queue and to destinations', () => {
    const role = roleOf(
      'DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt Dead.Arn }',
      'Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead } }',
    );
    expect(documents(role)['Greet.DeadLetterQueue']).toMatchObject({
      Statement: [
        { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:ap-northeast-1:123456789012:dead' },
      ],
    });
  });

  it('are the roles of the template that Role names, with policies that are attached elsewhere', () => {
    const role = roleOf(
      'Role: !GetAtt Own.Arn',
      `Own:
  Type: AWS::IAM::Role
  Properties:
    RoleName: own
    AssumeRolePolicyDocument: {}
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', !Ref Shared]
    PermissionsBoundary: arn:aws:iam::aws:policy/AmazonSQSFullAccess
    Policies:
      - PolicyName: inline
        PolicyDocument: { Version: '2012-10-17', Statement: [] }
Attached:
  Type: AWS::IAM::Policy
  Properties: { PolicyName: attached, Roles: [!Ref Own], PolicyDocument: { Statement: [] } }
Shared:
  Type: AWS::IAM::ManagedPolicy
  Properties: { PolicyDocument: { Statement: [] } }`,
    );
    expect(role.arn).toBe('arn:aws:iam::123456789012:role/own');
    expect(Object.keys(documents(role))).toEqual([
      'Own.Policies[0]',
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      'Shared',
      'Attached',
    ]);
    expect(role.boundary?.name).toBe('arn:aws:iam::aws:policy/AmazonSQSFullAccess');
    expect(role.unchecked).toBeUndefined();
  });

  it('are not checked if the template only names them', () => {
    expect(roleOf('Role: arn:aws:iam::123456789012:role/elsewhere').unchecked).toBe(
      'its role arn:aws:iam::123456789012:role/elsewhere is not in the template',
    );
    expect(roleOf('Policies: AmazonKinesisFullAccess').unchecked).toBe(
      'its managed policies are not known here: AmazonKinesisFullAccess',
    );
  });

  it('report a SAM policy template that SAM does not have, or other parameters', () => {
    const policies = `Policies:
  - DynamoDBReadPolcy: { TableName: posts }
  - SQSSendMessagePolicy: { Queue: jobs }`;
    expect(problemsOf(functionTemplate(policies))).toEqual([
      expect.stringContaining('SAM has no policy template called DynamoDBReadPolcy'),
      expect.stringContaining('SQSSendMessagePolicy takes QueueName; given: Queue'),
    ]);
  });
});
