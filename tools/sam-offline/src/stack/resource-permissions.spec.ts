import { recordEvents } from '../events/testing/record-events.ts';
import type { EnforcementMode } from '../iam/index.ts';
import type { Stack } from '../template/index.ts';
import { loadText } from '../template/testing/load-text.ts';
import { enforcePermissions } from './permissions.ts';
import { withPermittedResources } from './resource-permissions.ts';

const HEAD = 'Transform: AWS::Serverless-2016-10-31\nResources:\n';
const TARGETS = `
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: posts
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead } }
`;
const FUNCTION = `
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: 'exports.handler = () => undefined'
      Handler: index.handler
      Runtime: nodejs24.x
`;
const MAPPINGS = `
  StreamMapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Worker
      EventSourceArn: !GetAtt Table.StreamArn
      StartingPosition: LATEST
  QueueMapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Ref Worker, EventSourceArn: !GetAtt Jobs.Arn }
`;

function permitted(template: string, mode: EnforcementMode = 'enforce') {
  const events = recordEvents();
  const stack: Stack = loadText(`${HEAD}${TARGETS}${template}`);
  const permissions = enforcePermissions(stack, mode, events.bus);
  const principalOf = (name: string) => ({
    name,
    arn: `arn:aws:sts::123456789012:assumed-role/${name}Role/${name}`,
  });
  return { stack: withPermittedResources(stack, permissions, principalOf, events.bus), events };
}

const mappingsOf = ({ eventSourceMappings }: Stack): string[] =>
  eventSourceMappings.map(({ logicalId }) => logicalId).sort();

describe('event source mappings', () => {
  it('are not made without the permission to read, and the statement that allows it is named', () => {
    const { stack, events } = permitted(`${FUNCTION}${MAPPINGS}`);
    expect(mappingsOf(stack)).toEqual([]);
    const [stream, queue] = events.warnings.toSorted().reverse();
    expect(stream).toMatch(
      /^error: The event source mapping StreamMapping is not made.*role of Worker.*"dynamodb:GetRecords".*table\/posts\/stream\//,
    );
    expect(queue).toMatch(
      /QueueMapping.*\{"Effect":"Allow","Action":\["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"\],"Resource":"arn:aws:sqs:[^"]*:jobs"\}$/,
    );
    expect(events.of('permission.denied').map(({ action }) => action)).toContain(
      'sqs:DeleteMessage',
    );
  });

  it('are made with the policies that AWS manages for them, or with those of SAM', () => {
    const managed = `${FUNCTION}      Policies: [AWSLambdaDynamoDBExecutionRole, AWSLambdaSQSQueueExecutionRole]\n`;
    expect(mappingsOf(permitted(`${managed}${MAPPINGS}`).stack)).toHaveLength(2);
    const ofSam = `${FUNCTION}      Policies:
        - DynamoDBStreamReadPolicy: { TableName: !Ref Table, StreamName: '*' }
        - SQSPollerPolicy: { QueueName: !GetAtt Jobs.QueueName }\n`;
    expect(mappingsOf(permitted(`${ofSam}${MAPPINGS}`).stack)).toHaveLength(2);
  });

  it('are made for the events of a SAM function, which gets a role that allows them', () => {
    const { stack, events } = permitted(`${FUNCTION}      Events:
        Changed:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: LATEST
            DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Dead.Arn } }
        Job: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn } }\n`);
    expect(mappingsOf(stack)).toHaveLength(2);
    expect(events.warnings).toEqual([]);
  });

  it('need the permission to send to their on-failure destination, which SAM adds for a Type only', () => {
    const { stack, events } = permitted(`${FUNCTION}      Events:
        Changed:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: LATEST
            DestinationConfig: { OnFailure: { Destination: !GetAtt Dead.Arn } }\n`);
    expect(mappingsOf(stack)).toEqual([]);
    expect(events.warnings).toEqual([expect.stringMatching(/sqs:SendMessage on .*:dead\./)]);
  });

  it('are not made for the events of a function whose own role does not allow them', () => {
    const { stack } = permitted(`${FUNCTION}      Role: !GetAtt Role.Arn
      Events:
        Job: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn } }
  Role:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: {} }\n`);
    expect(mappingsOf(stack)).toEqual([]);
  });

  it('are made under --iam report, which only warns', () => {
    const { stack, events } = permitted(`${FUNCTION}${MAPPINGS}`, 'report');
    expect(mappingsOf(stack)).toHaveLength(2);
    expect(events.of('permission.denied').every(({ enforced }) => !enforced)).toBe(true);
    expect(events.of('permission.denied')).toHaveLength(7);
  });

  it('are made for a role that the template only names', () => {
    const named = `${FUNCTION}      Role: arn:aws:iam::123456789012:role/elsewhere\n`;
    expect(mappingsOf(permitted(`${named}${MAPPINGS}`).stack)).toHaveLength(2);
  });
});

describe('dead-letter queues and destinations', () => {
  const targets = `      DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt Dead.Arn }
      EventInvokeConfig:
        DestinationConfig:
          OnFailure: { Type: SQS, Destination: !GetAtt Dead.Arn }
          OnSuccess: { Type: SQS, Destination: !GetAtt Jobs.Arn }\n`;
  const asyncInvokeOf = ({ functions }: Stack) => functions[0]?.asyncInvoke;

  it('are there for a function whose role SAM makes', () => {
    const { stack, events } = permitted(`${FUNCTION}${targets}`);
    expect(asyncInvokeOf(stack)).toMatchObject({
      deadLetterArn: expect.stringMatching(/:dead$/),
      onFailureArn: expect.stringMatching(/:dead$/),
      onSuccessArn: expect.stringMatching(/:jobs$/),
    });
    expect(events.warnings).toEqual([]);
  });

  it('are left out, and named, where the function’s own role does not allow to send', () => {
    const { stack, events } = permitted(`${FUNCTION}      Role: !GetAtt Role.Arn
${targets}  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{ Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Jobs.Arn }]\n`);
    const asyncInvoke = asyncInvokeOf(stack);
    expect(asyncInvoke).toHaveProperty('onSuccessArn');
    expect(asyncInvoke).not.toHaveProperty('onFailureArn');
    expect(asyncInvoke).not.toHaveProperty('deadLetterArn');
    expect(events.warnings).toEqual([
      expect.stringMatching(/The dead-letter queue of Worker is not made/),
      expect.stringMatching(/The on-failure destination of Worker is not made/),
    ]);
  });
});
