import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { signedCalls } from '../aws-endpoint/testing/signed-call.ts';
import { closedAtEnd, until } from '../testing/end-of-test.ts';
import { runStack, type TestStack } from './testing/running-stack.ts';

const queuePolicy = (name: string, service: string) => `
  ${name}Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref ${name}]
      PolicyDocument:
        Statement:
          - { Effect: Allow, Principal: { Service: ${service} }, Action: 'sqs:SendMessage', Resource: !GetAtt ${name}.Arn }
`;

const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  News: { Type: AWS::SNS::Topic, Properties: { TopicName: news } }
  Ordered:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: ordered.fifo
      FifoTopic: true
      ContentBasedDeduplication: true
      Subscription: [{ Protocol: sqs, Endpoint: !GetAtt InOrder.Arn }]
  InOrder: { Type: AWS::SQS::Queue, Properties: { QueueName: in-order.fifo, FifoQueue: true } }
${queuePolicy('InOrder', 'sns.amazonaws.com')}
  Raw: { Type: AWS::SQS::Queue, Properties: { QueueName: raw } }
${queuePolicy('Raw', 'sns.amazonaws.com')}
  Closed: { Type: AWS::SQS::Queue, Properties: { QueueName: closed } }
  ClosedSubscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref News
      Protocol: sqs
      Endpoint: !GetAtt Closed.Arn
      FilterPolicy: { kind: [closed] }
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Raw.Arn }
  RawSubscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref News
      Protocol: sqs
      Endpoint: !GetAtt Raw.Arn
      RawMessageDelivery: true
      FilterPolicyScope: MessageBody
      FilterPolicy: { order: { total: [{ numeric: ['>', 100] }] } }
  Orders: { Type: AWS::Events::EventBus, Properties: { Name: orders } }
  Told: { Type: AWS::SQS::Queue, Properties: { QueueName: told } }
${queuePolicy('Told', 'events.amazonaws.com')}
  Transformed:
    Type: AWS::Events::Rule
    Properties:
      Name: transformed
      EventBusName: !Ref Orders
      EventPattern: { detail-type: [order.placed], detail: { total: [{ numeric: ['>=', 10] }] } }
      Targets:
        - Id: told
          Arn: !GetAtt Told.Arn
          InputTransformer:
            InputPathsMap: { id: $.detail.id, items: '$.detail.items' }
            InputTemplate: '{"text": "order <id>", "items": <items>, "rule": "<aws.events.rule-name>"}'
        - Id: nowhere
          Arn: !GetAtt Closed.Arn
          DeadLetterConfig: { Arn: !GetAtt Told.Arn }
  Failing:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      InlineCode: 'exports.handler = async () => { throw new Error("no"); };'
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        DestinationConfig: { OnFailure: { Type: SNS, Destination: !Ref News } }
  Work:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: work
      VisibilityTimeout: 0
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1 }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead } }
  Host: { Type: AWS::SSM::Parameter, Properties: { Name: /demo/host, Type: String, Value: db.local } }
  Password:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: demo/password
      GenerateSecretString:
        SecretStringTemplate: '{"user": "me"}'
        GenerateStringKey: password
        PasswordLength: 12
        ExcludePunctuation: true
  Seen:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      InlineCode: |
        exports.handler = async (event) => console.log(JSON.stringify(event));
      Events:
        Spoken:
          Type: SNS
          Properties: { Topic: !Ref News, FilterPolicy: { kind: [spoken], level: [{ numeric: ['>', 1] }] } }
        Ordered:
          Type: EventBridgeRule
          Properties:
            EventBusName: !Ref Orders
            Pattern: { source: [shop] }
        Tick:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: rate(1 hour)
            Input: '{"tick": "<aws.scheduler.scheduled-time>"}'
`;

const directory = mkdtempSync(join(tmpdir(), 'sam-offline-services-'));
let stack: TestStack;
let sns: SNSClient;
let sqs: SQSClient;
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:ap-northeast-1:123456789012:${resource}`;
const TopicArn = arn('sns', 'news');

beforeAll(async () => {
  stack = await runStack(template, directory);
  sns = new SNSClient(stack.config);
  sqs = new SQSClient(stack.config);
});

afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await stack.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The next message of a queue. */
async function receive(name: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: `${stack.config.endpoint}/123456789012/${name}`,
      ...{ WaitTimeSeconds: 5, MessageAttributeNames: ['All'] },
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages[0];
}

describe('SNS', () => {
  it('invokes a function with the message, where its attributes match', async () => {
    const spoken = { kind: { DataType: 'String', StringValue: 'spoken' } };
    const level = (StringValue: string) => ({ level: { DataType: 'Number', StringValue } });
    await sns.send(
      new PublishCommand({
        TopicArn,
        Message: 'no',
        MessageAttributes: { ...spoken, ...level('1') },
      }),
    );
    await sns.send(
      new PublishCommand({
        ...{ TopicArn, Message: 'yes', Subject: 'Hello' },
        MessageAttributes: { ...spoken, ...level('2') },
      }),
    );
    const event = await stack.logged<{ readonly Records?: readonly object[] }>(
      ({ Records }) => Records !== undefined,
    );
    expect(event).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: expect.stringMatching(/^arn:aws:sns:[^:]+:\d+:news:[0-9a-f-]{36}$/),
          Sns: {
            Type: 'Notification',
            MessageId: expect.any(String),
            TopicArn,
            Subject: 'Hello',
            Message: 'yes',
            Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
            SignatureVersion: '1',
            Signature: expect.any(String),
            SigningCertUrl: expect.any(String),
            UnsubscribeUrl: expect.any(String),
            MessageAttributes: {
              kind: { Type: 'String', Value: 'spoken' },
              level: { Type: 'Number', Value: '2' },
            },
          },
        },
      ],
    });
    // The fact of the hop names the invocation that it led to, and has the id of its trace.
    const hop = stack.events.of('delivery').find(({ target }) => target.includes(':function:'));
    const started = stack.events
      .of('invocation.started')
      .find(({ requestId }) => requestId === hop?.invocationId);
    expect(started?.traceId).toBe(hop?.traceId);
    expect(started?.traceId).toMatch(/^1-/);
  });

  it('sends the bare message with its attributes, where the body matches', async () => {
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'b' } };
    await sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'small', Message: '{"order":{"total":1}}' },
          { Id: 'large', Message: '{"order":{"total":200}}', MessageAttributes },
        ],
      }),
    );
    const message = await receive('raw');
    expect(message?.Body).toBe('{"order":{"total":200}}');
    expect(message?.MessageAttributes).toMatchObject({ a: { StringValue: 'b' } });
    const hops = stack.events.of('delivery').filter(({ target }) => target.endsWith(':raw'));
    expect(hops.at(-1)?.wrote).toEqual([message?.MessageId]);
    const call = stack.events.of('aws.call').find(({ operation }) => operation === 'PublishBatch');
    expect(call?.wrote).toContain(hops.at(-1)?.messageId);
  });

  it('sends to the dead-letter queue what a queue without a policy does not take', async () => {
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'closed' } };
    await sns.send(new PublishCommand({ TopicArn, Message: 'lost', MessageAttributes }));
    const dead = await receive('raw');
    expect(JSON.parse(dead?.Body ?? '')).toMatchObject({ Type: 'Notification', Message: 'lost' });
    expect(dead?.MessageAttributes?.ErrorCode?.StringValue).toBe('NO_PERMISSIONS');
  });

  it('keeps the order of a group, and drops a message that it has seen', async () => {
    const publish = (Message: string) =>
      sns.send(
        new PublishCommand({ TopicArn: arn('sns', 'ordered.fifo'), Message, MessageGroupId: 'g' }),
      );
    const { MessageId } = await publish('one');
    expect((await publish('one')).MessageId).toBe(MessageId);
    const { SequenceNumber } = await publish('two');
    expect(SequenceNumber).toMatch(/^\d{20}$/);
    const first = await receive('in-order.fifo');
    expect(JSON.parse(first?.Body ?? '').Message).toBe('one');
    expect(first?.Attributes?.MessageGroupId).toBe('g');
  });

  it('sends to an HTTP endpoint after the endpoint has confirmed', async () => {
    const posts: { readonly type: string | undefined; readonly body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        posts.push({ type: String(request.headers['x-amz-sns-message-type']), body });
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closedAtEnd(async () => void server.close());
    const { port } = server.address() as AddressInfo;
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `http://127.0.0.1:${port}/` }),
    );
    expect(SubscriptionArn).toBe('pending confirmation');
    await until(() => posts.length === 1);
    const { SubscribeURL } = JSON.parse(posts[0]?.body ?? '{}') as {
      readonly SubscribeURL: string;
    };
    expect((await fetch(SubscribeURL)).status).toBe(200);
    await sns.send(
      new PublishCommand({
        ...{ TopicArn, MessageStructure: 'json' },
        Message: '{"default":"for others","http":"for the web"}',
      }),
    );
    await until(() => posts.length === 2);
    expect(posts[1]?.type).toBe('Notification');
    expect(JSON.parse(posts[1]?.body ?? '{}').Message).toBe('for the web');
    server.close();
  });

  it('lists subscriptions, and refuses what SNS refuses', async () => {
    const { Subscriptions = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    );
    expect(Subscriptions.map(({ Protocol }) => Protocol).sort()).toEqual([
      ...['http', 'lambda', 'sqs', 'sqs'],
    ]);
    await expect(
      sns.send(new PublishCommand({ TopicArn: `${TopicArn}-no`, Message: 'x' })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(sns.send(new PublishCommand({ TopicArn, Message: '' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(
      sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn: 'x',
          AttributeName: 'FilterPolicy',
        }),
      ),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('a destination of asynchronous invocations', () => {
  it('may be a topic', async () => {
    const { Subscriptions = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    );
    const raw = Subscriptions.find(({ Endpoint }) => Endpoint?.endsWith(':raw'));
    await sns.send(
      new SetSubscriptionAttributesCommand({
        ...{ SubscriptionArn: raw?.SubscriptionArn, AttributeName: 'FilterPolicy' },
        AttributeValue: '{"requestContext":{"condition":["RetriesExhausted"]}}',
      }),
    );
    const call = signedCalls(stack, 'lambda');
    const { name } = stack.events
      .of('stack.started')[0]
      ?.resources.find(({ logicalId }) => logicalId === 'Failing') ?? { name: '' };
    await call.event(`/2015-03-31/functions/${name}/invocations`, { asked: true });
    const record = JSON.parse((await receive('raw'))?.Body ?? '{}') as object;
    expect(record).toMatchObject({ requestPayload: { asked: true } });
  });
});

describe('SQS', () => {
  it('keeps the group of a message in a standard queue, and moves dead letters back', async () => {
    const QueueUrl = `${stack.config.endpoint}/123456789012/work`;
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [{ Id: '1', MessageBody: 'again', MessageGroupId: 'tenant-a' }],
      }),
    );
    const message = await receive('work');
    expect(message?.Attributes?.MessageGroupId).toBe('tenant-a');
    const SourceArn = arn('sqs', 'dead');
    const count = async () => {
      await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: `${stack.config.endpoint}/123456789012/dead`,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      return Attributes?.ApproximateNumberOfMessages;
    };
    await until(async () => (await count()) === '1');
    await expect(
      sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn('sqs', 'work') })),
    ).rejects.toMatchObject({ name: expect.stringContaining('InvalidParameterValue') });
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const moved = await receive('work');
    expect([moved?.Body, moved?.Attributes?.MessageGroupId]).toEqual(['again', 'tenant-a']);
    expect(moved?.MessageId).not.toBe(message?.MessageId);
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results).toMatchObject([
      { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1, SourceArn },
    ]);
  });
});

describe('EventBridge', () => {
  const put = (Detail: string, more: object = {}) =>
    signedCalls(stack, 'events').json('AWSEvents.PutEvents', {
      Entries: [
        { Source: 'shop', DetailType: 'order.placed', Detail, EventBusName: 'orders', ...more },
      ],
    });

  it('sends an event to the rules that it matches: whole, transformed, or as a dead letter', async () => {
    const { body } = await put('{"id":"a \\"1\\"","total":10,"items":[1,2]}');
    expect(body).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    const event = await stack.logged<{ readonly source?: string }>(
      ({ source }) => source === 'shop',
    );
    expect(event).toMatchObject({
      version: '0',
      account: '123456789012',
      region: 'ap-northeast-1',
      'detail-type': 'order.placed',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      detail: { total: 10 },
    });
    const messages = [await receive('told'), await receive('told')];
    const isDead = (message: (typeof messages)[number]) =>
      message?.MessageAttributes?.ERROR_CODE !== undefined;
    expect(JSON.parse(messages.find((one) => !isDead(one))?.Body ?? '')).toEqual({
      ...{ text: 'order a "1"', items: [1, 2], rule: 'transformed' },
    });
    expect(messages.find(isDead)?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      TARGET_ARN: { StringValue: arn('sqs', 'closed') },
    });
  });

  it('fails the entries that are not right, and makes rules', async () => {
    expect((await put('[]')).body).toMatchObject({ Entries: [{ ErrorCode: 'MalformedDetail' }] });
    expect((await put('{}', { Source: 'aws.s3' })).body).toMatchObject({
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }],
    });
    const events = signedCalls(stack, 'events');
    const rule = { Name: 'late', EventPattern: '{"source":["late"]}' };
    expect((await events.json('AWSEvents.PutRule', rule)).body).toEqual({
      RuleArn: arn('events', 'rule/late'),
    });
    const Targets = [
      {
        ...{ Id: '1', Arn: arn('sqs', 'told'), InputPath: '$.detail.a[0].b' },
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 120 },
      },
    ];
    await events.json('AWSEvents.PutTargets', { Rule: 'late', Targets });
    expect((await events.json('AWSEvents.ListTargetsByRule', { Rule: 'late' })).body).toEqual({
      Targets,
    });
    await put('{"a":[{"b":7}]}', { Source: 'late', EventBusName: undefined });
    expect((await receive('told'))?.Body).toBe('7');
    expect(
      (await events.json('AWSEvents.PutRule', { ...rule, EventPattern: '{"a":1}' })).body,
    ).toMatchObject({ __type: expect.stringContaining('InvalidEventPatternException') });
  });
});

describe('EventBridge Scheduler', () => {
  it('knows the schedule of a function event, and invokes what is due once', async () => {
    const scheduler = signedCalls(stack, 'scheduler');
    const { body } = await scheduler.rest('GET', '/schedules/SeenTick');
    expect(body).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
      Target: { Arn: expect.stringContaining(':function:') },
    });
    const target = body.Target as { readonly Arn: string; readonly RoleArn: string };
    const create = (name: string, expression: string, RoleArn = target.RoleArn) =>
      scheduler.rest('POST', `/schedules/${name}`, {
        ...{ ScheduleExpression: expression, ActionAfterCompletion: 'DELETE' },
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: target.Arn, RoleArn, Input: '{"once":true}' },
      });
    expect((await create('bad', 'rate(1 hours)')).status).toBe(400);
    expect((await create('late', 'at(2099-01-01T00:00:00)')).status).toBe(200);
    expect((await create('late', 'at(2099-01-01T00:00:00)')).status).toBe(409);
    // On a busy machine, the time of a schedule may have passed before the schedule is made. Then
    // the test makes another one.
    let made = 0;
    await until(async () => {
      const soon = new Date(Date.now() + 1_500).toISOString().slice(0, 19);
      await create(`once-${made}`, `at(${soon})`);
      made += 1;
      return stack.lines<{ readonly once?: boolean }>().some(({ once }) => once === true);
    }, 250);
    await until(async () => (await scheduler.rest('GET', '/schedules/once-0')).status === 404);
  });
});

describe('Parameter Store', () => {
  it('has the parameters of the template, and those that are put', async () => {
    const ssm = signedCalls(stack, 'ssm');
    expect((await ssm.json('AmazonSSM.GetParameter', { Name: '/demo/host' })).body).toMatchObject({
      Parameter: { Value: 'db.local', Type: 'String', Version: 1 },
    });
    const put = { Name: '/demo/deep/key', Value: 'hidden', Type: 'SecureString' };
    await ssm.json('AmazonSSM.PutParameter', put);
    expect((await ssm.json('AmazonSSM.PutParameter', put)).body).toMatchObject({
      __type: expect.stringContaining('ParameterAlreadyExists'),
    });
    const byPath = (more: object) =>
      ssm.json('AmazonSSM.GetParametersByPath', { Path: '/demo', ...more });
    expect((await byPath({})).body.Parameters).toHaveLength(1);
    const { body } = await byPath({ Recursive: true, WithDecryption: true });
    expect(body.Parameters).toMatchObject([{ Value: 'hidden' }, { Value: 'db.local' }]);
    expect((await ssm.json('AmazonSSM.GetParameter', { Name: 'no' })).body).toMatchObject({
      __type: expect.stringContaining('ParameterNotFound'),
    });
  });
});

describe('Secrets Manager', () => {
  it('has the secret of the template, generated once, and its versions', async () => {
    const call = (operation: string, input: object) =>
      signedCalls(stack, 'secretsmanager').json(`secretsmanager.${operation}`, input);
    const { body } = await call('GetSecretValue', { SecretId: 'demo/password' });
    expect(JSON.parse(String(body.SecretString))).toEqual({
      user: 'me',
      password: expect.stringMatching(/^[A-Za-z0-9]{12}$/),
    });
    expect(body.ARN).toMatch(/:secret:demo\/password-\w{6}$/);
    await call('PutSecretValue', { SecretId: body.ARN, SecretString: 'changed' });
    const previous = { SecretId: 'demo/password', VersionStage: 'AWSPREVIOUS' };
    expect((await call('GetSecretValue', previous)).body.SecretString).toBe(body.SecretString);

    await stack.close();
    stack = await runStack(template, directory);
    const kept = await call('GetSecretValue', { SecretId: 'demo/password' });
    expect(kept.body.SecretString).toBe('changed');
    expect((await call('GetSecretValue', { SecretId: 'no' })).body).toMatchObject({
      __type: expect.stringContaining('ResourceNotFoundException'),
    });
  });
});
