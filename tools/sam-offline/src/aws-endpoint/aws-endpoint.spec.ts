import { Hash } from '@smithy/core/serde';
import type { EventBus, EventOf } from '../events/index.ts';
import { warningsTo } from '../events/testing/record-events.ts';
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import { lambdaFunction, postsTable, queue } from '../event-sources/testing/stack.ts';
import { NO_ENFORCEMENT } from '../iam/index.ts';
import { TooManyRequestsError, type InvokeOptions, type LambdaInvoker } from '../lambda/index.ts';
import {
  createExpiredItems,
  createStackIdentity,
  ensureQueues,
  ensureTables,
  startDynoxide,
  startQueueService,
  type DynamoDbService,
  type QueueService,
} from '../services/index.ts';
import {
  createCredentialStore,
  generateFunctionCredentials,
  operatorCredentials,
  type Principal,
} from '../signature/index.ts';
import type { ConnectionsRequest } from '../websocket-api/index.ts';
import { createAwsEndpoint, type AwsEndpoint } from './index.ts';

/** The hash function for the AWS SDK's signer. */
const Sha256 = Hash.bind(undefined, 'sha256');

const region = 'ap-northeast-1';
const accountId = '123456789012';
const table = postsTable({ streamViewType: 'KEYS_ONLY' });
const expired = createExpiredItems();
const jobs = queue('jobs', { VisibilityTimeout: '60' });
const operator = operatorCredentials(accountId);
const connectFunction = generateFunctionCredentials('Connect', accountId);

interface CallResponse {
  readonly status: number;
  readonly errorType: string | undefined;
  readonly body: string;
}

describe('the AWS endpoint', () => {
  let dynoxide: DynamoDbService;
  let queues: QueueService;
  /** The services whose permissions were checked. */
  const checked: string[] = [];
  let endpoint: AwsEndpoint;
  let port: number;
  let url: string;
  let config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  const calls: EventOf<'aws.call'>[] = [];
  const warnings: string[] = [];
  const written: string[] = [];
  const posts: ConnectionsRequest[] = [];
  const asynchronous: { payload: string; options?: InvokeOptions }[] = [];
  const clients: { destroy(): void }[] = [];
  const keep = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };

  const invoker: LambdaInvoker = {
    async invoke(functionLogicalId, payload, options) {
      if (functionLogicalId === 'Busy') {
        throw new TooManyRequestsError('ReservedFunctionConcurrentInvocationLimitExceeded');
      }
      const requestId = crypto.randomUUID();
      if (functionLogicalId === 'Failing') {
        const error = { errorType: 'Error', errorMessage: 'cannot' };
        return { ok: false, requestId, payload: Buffer.from(JSON.stringify(error)), ...error };
      }
      const text = JSON.stringify({ event: JSON.parse(payload.toString()), options });
      return { ok: true, requestId, payload: Buffer.from(text) };
    },
    invokeAsync(_functionLogicalId, payload, options) {
      asynchronous.push({ payload: payload.toString(), ...(options ? { options } : {}) });
    },
  };

  beforeAll(async () => {
    dynoxide = await startDynoxide();
    queues = await startQueueService({ region, accountId });
    const existing = await ensureTables(dynoxide.endpoint, [table]);
    await ensureQueues(queues.endpoint, region, [jobs]);
    endpoint = createAwsEndpoint({
      region,
      credentials: createCredentialStore([operator, connectFunction]),
      events: eventsTo(calls, warnings),
      permissions: {
        ...NO_ENFORCEMENT,
        refuseCall: (_principal, call) => {
          checked.push(call().service);
          return undefined;
        },
      },
      dynamodb: {
        endpoint: dynoxide.endpoint,
        identity: createStackIdentity({ region, accountId }, [table], existing),
        tables: existing,
        expired,
        onWrite: {
          tableNames: [table.tableName],
          notify: (tableName) => {
            written.push(tableName);
          },
        },
      },
      sqs: { endpoint: queues.endpoint },
      lambda: {
        stack: { region, accountId, functions: ['Echo', 'Failing', 'Busy'].map(lambdaFunction) },
        invoker,
      },
      connections: (call) => {
        posts.push(call);
        return { statusCode: 200, headers: {}, body: '' };
      },
    });
    port = await endpoint.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${port}`;
    config = { endpoint: url, region, credentials: operator, maxAttempts: 1 };
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    for (const list of [calls, warnings, written, posts, asynchronous]) list.length = 0;
  });

  afterAll(async () => {
    await endpoint.close();
    await queues.close();
    await dynoxide.close();
  });

  describe('DynamoDB', () => {
    it('reads and writes items, and reports writes to tables with streams', async () => {
      const client = keep(new DynamoDBClient(config));
      const item = {
        postId: { S: '1' },
        text: { S: 'ü'.repeat(2_000) },
        bytes: { B: Buffer.from('hi') },
      };

      await client.send(new PutItemCommand({ TableName: 'posts', Item: item }));
      const response = await client.send(
        new GetItemCommand({ TableName: 'posts', Key: { postId: { S: '1' } } }),
      );

      expect(response.Item).toEqual({ ...item, bytes: { B: new Uint8Array(Buffer.from('hi')) } });
      expect(written).toEqual(['posts']);
    });

    it('uses the template’s ARNs of tables and streams in requests and responses', async () => {
      const client = keep(new DynamoDBClient(config));
      const streams = keep(new DynamoDBStreamsClient(config));
      await client.send(new PutItemCommand({ TableName: 'posts', Item: { postId: { S: '2' } } }));

      const { Table: description } = await client.send(
        new DescribeTableCommand({ TableName: 'posts' }),
      );
      const { Streams: list } = await streams.send(new ListStreamsCommand({ TableName: 'posts' }));
      expect(description?.TableArn).toBe(table.arn);
      expect(description?.LatestStreamArn).toBe(table.streamArn);
      expect(list?.[0]).toMatchObject({
        StreamArn: table.streamArn,
        StreamLabel: table.streamArn?.split('/').at(-1),
      });

      const { StreamDescription: stream } = await streams.send(
        new DescribeStreamCommand({ StreamArn: table.streamArn }),
      );
      const shardOf = (type: 'TRIM_HORIZON' | 'AFTER_SEQUENCE_NUMBER', sequenceNumber?: string) =>
        streams.send(
          new GetShardIteratorCommand({
            StreamArn: table.streamArn,
            ShardId: stream?.Shards?.[0]?.ShardId,
            ShardIteratorType: type,
            SequenceNumber: sequenceNumber,
          }),
        );
      const first = await shardOf('TRIM_HORIZON');
      const { Records: all } = await streams.send(
        new GetRecordsCommand({ ShardIterator: first.ShardIterator, Limit: 1 }),
      );
      const sequenceNumber = all?.[0]?.dynamodb?.SequenceNumber;
      expect(sequenceNumber).toMatch(/^1\d{20}$/);
      expect(all?.[0]?.awsRegion).toBe(region);
      const next = await shardOf('AFTER_SEQUENCE_NUMBER', sequenceNumber);
      const { Records: rest } = await streams.send(
        new GetRecordsCommand({ ShardIterator: next.ShardIterator }),
      );
      expect(
        rest?.every((record) => (record.dynamodb?.SequenceNumber ?? '') > (sequenceNumber ?? '')),
      ).toBe(true);
    });

    it('shows the template’s view type, leaves out writes without a change, and names who deleted an item', async () => {
      const client = keep(new DynamoDBClient(config));
      const streams = keep(new DynamoDBStreamsClient(config));
      const Item = { postId: { S: 'unchanged' }, tags: { SS: ['b', 'a'] } };
      const Key = { postId: { S: 'unchanged' } };
      await client.send(new PutItemCommand({ TableName: 'posts', Item }));
      await client.send(
        new PutItemCommand({
          TableName: 'posts',
          Item: { tags: { SS: ['a', 'b'] }, postId: { S: 'unchanged' } },
        }),
      );
      expired.add('posts', Key);
      await client.send(new DeleteItemCommand({ TableName: 'posts', Key }));

      const { Table: description } = await client.send(
        new DescribeTableCommand({ TableName: 'posts' }),
      );
      expect(description?.StreamSpecification?.StreamViewType).toBe('KEYS_ONLY');
      const { StreamDescription: stream } = await streams.send(
        new DescribeStreamCommand({ StreamArn: table.streamArn }),
      );
      expect(stream?.StreamViewType).toBe('KEYS_ONLY');
      let { ShardIterator: iterator } = await streams.send(
        new GetShardIteratorCommand({
          StreamArn: table.streamArn,
          ShardId: stream?.Shards?.[0]?.ShardId,
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      );
      const seen: unknown[] = [];
      // Each page has one record. A record that is left out must not end the reading.
      for (let page = 0; page < 50 && !JSON.stringify(seen).includes('REMOVE'); page += 1) {
        const response = await streams.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 }),
        );
        iterator = response.NextShardIterator;
        for (const { eventName, dynamodb, userIdentity } of response.Records ?? []) {
          if (dynamodb?.Keys?.postId?.S !== 'unchanged') continue;
          const { Keys, NewImage, OldImage, StreamViewType, SizeBytes } = dynamodb;
          expect(SizeBytes).toBe(JSON.stringify(Key).length);
          seen.push({ eventName, Keys, NewImage, OldImage, StreamViewType, userIdentity });
        }
      }
      const shown = { Keys: Key, StreamViewType: 'KEYS_ONLY' };
      expect(seen).toEqual([
        { eventName: 'INSERT', ...shown },
        {
          eventName: 'REMOVE',
          ...shown,
          userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
        },
      ]);
    });

    it('passes errors on without changes', async () => {
      const client = keep(new DynamoDBClient(config));

      await expect(
        client.send(new GetItemCommand({ TableName: 'none', Key: { postId: { S: '1' } } })),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  describe('signatures', () => {
    it('attributes each call to the owner of its key pair', async () => {
      const client = keep(new DynamoDBClient({ ...config, credentials: connectFunction }));

      await client.send(new GetItemCommand({ TableName: 'posts', Key: { postId: { S: '1' } } }));

      expect(calls[0]).toMatchObject({
        caller: 'Connect',
        resource: 'posts',
        resources: [{ name: 'posts', readUnits: 0.5 }],
        service: 'dynamodb',
        operation: 'GetItem',
        statusCode: 200,
        requestBytes: expect.any(Number),
        durationMs: expect.any(Number),
      });
    });

    it('rejects a wrong secret and an unknown key with AWS’s errors', async () => {
      const wrong = { accessKeyId: 'local', secretAccessKey: 'wrong' };
      const unknown = { accessKeyId: 'unknown', secretAccessKey: 'x' };
      const call = (credentials: typeof wrong) =>
        keep(new DynamoDBClient({ ...config, credentials })).send(new ListTablesCommand({}));

      await expect(call(wrong)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
      await expect(call(unknown)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
      expect(
        calls.map(({ statusCode, caller, errorType }) => [statusCode, caller, errorType]),
      ).toEqual([
        [400, undefined, 'InvalidSignatureException'],
        [400, undefined, 'UnrecognizedClientException'],
      ]);
    });

    it('refuses an unsigned call in the protocol of the service', async () => {
      const json = await post({ 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}');
      const xml = await post(
        { 'content-type': 'application/x-www-form-urlencoded' },
        'Action=GetCallerIdentity&Version=2011-06-15',
      );
      const rest = await post({}, '{}', '/2015-03-31/functions/stack-Echo/invocations');

      expect(json).toMatchObject({ status: 400, errorType: 'MissingAuthenticationTokenException' });
      expect(JSON.parse(json.body)).toEqual({
        __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
        message: 'Missing Authentication Token',
      });
      expect(xml.status).toBe(403);
      expect(xml.body).toContain('<Code>MissingAuthenticationToken</Code>');
      expect(rest).toMatchObject({ status: 403, errorType: 'MissingAuthenticationTokenException' });
    });
  });

  describe('SQS', () => {
    it('returns queue URLs with its own address', async () => {
      const client = keep(new SQSClient(config));
      const { QueueUrl: queueUrl } = await client.send(
        new GetQueueUrlCommand({ QueueName: 'jobs' }),
      );
      expect(queueUrl).toBe(`${url}/${accountId}/jobs`);

      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'hello' }));
      const { Messages: messages } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl }),
      );
      expect(messages?.map((message) => message.Body)).toEqual(['hello']);
    });

    it('accepts queue URLs with AWS’s host', async () => {
      const client = keep(new SQSClient(config));

      await client.send(new SendMessageCommand({ QueueUrl: jobs.url, MessageBody: 'on AWS' }));

      const { Messages: messages } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: jobs.url }),
      );
      expect(messages?.map((message) => message.Body)).toEqual(['on AWS']);
      const { Attributes: attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: jobs.url, AttributeNames: ['QueueArn'] }),
      );
      expect(attributes?.QueueArn).toBe(jobs.arn);
    });

    it('passes errors on without changes', async () => {
      const client = keep(new SQSClient(config));

      await expect(
        client.send(
          new SendMessageCommand({ QueueUrl: `${url}/${accountId}/none`, MessageBody: 'x' }),
        ),
      ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    });
  });

  it("supports SQS's Query protocol too", async () => {
    const call = (body: string, path = '/') =>
      signed('sqs', operator, { 'content-type': 'application/x-www-form-urlencoded' }, body, path);
    const queuePath = `/${accountId}/query`;

    const created = await call(
      'Action=CreateQueue&QueueName=query&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=7',
    );
    expect(created.body).toContain(`<QueueUrl>${url}${queuePath}</QueueUrl>`);
    const attributes = await call('Action=GetQueueAttributes&AttributeName.1=All', queuePath);
    expect(attributes.body).toContain(
      '<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>',
    );
    const sent = await call(
      `Action=SendMessageBatch&QueueUrl=${encodeURIComponent(url + queuePath)}` +
        '&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=1+%3C+2' +
        '&SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=kind' +
        '&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String' +
        '&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=new',
    );
    expect(sent.body).toMatch(/<SendMessageBatchResultEntry><Id>a<\/Id><MessageId>/);
    const received = await call(
      'Action=ReceiveMessage&MessageAttributeName.1=All&MaxNumberOfMessages=10',
      queuePath,
    );
    expect(received.body).toContain('<Body>1 &lt; 2</Body>');
    expect(received.body).toContain(
      '<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType><StringValue>new</StringValue></Value></MessageAttribute>',
    );
    const missing = await call('Action=GetQueueUrl&QueueName=none');
    expect(missing.status).toBe(400);
    expect(missing.body).toContain('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
  });

  describe('Lambda', () => {
    it.each([
      'stack-Echo',
      'stack-Echo:$LATEST',
      `${accountId}:function:stack-Echo`,
      `arn:aws:lambda:${region}:${accountId}:function:stack-Echo:$LATEST`,
    ])('invokes the function %s and waits for its response', async (name) => {
      const client = keep(new LambdaClient(config));

      const response = await client.send(
        new InvokeCommand({ FunctionName: name, Payload: '{"a":1}', ClientContext: 'e30=' }),
      );

      expect(response).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(response.FunctionError).toBeUndefined();
      expect(JSON.parse(response.Payload?.transformToString() ?? '')).toMatchObject({
        event: { a: 1 },
        options: { clientContext: 'e30=' },
      });
    });

    it('queues asynchronous invocations, and invokes nothing on a dry run', async () => {
      const client = keep(new LambdaClient(config));
      const invoke = (type: 'Event' | 'DryRun') =>
        client.send(
          new InvokeCommand({ FunctionName: 'stack-Echo', InvocationType: type, Payload: '[1]' }),
        );

      expect((await invoke('DryRun')).StatusCode).toBe(204);
      expect((await invoke('Event')).StatusCode).toBe(202);
      expect(asynchronous).toMatchObject([{ payload: '[1]' }]);
    });

    it('distinguishes a failed function from a failed call', async () => {
      const client = keep(new LambdaClient(config));
      const invoke = (name: string, payload = '{}') =>
        client.send(new InvokeCommand({ FunctionName: name, Payload: payload }));

      const failed = await invoke('stack-Failing');
      expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
      expect(failed.Payload?.transformToString()).toContain('"errorMessage":"cannot"');
      await expect(invoke('stack-Busy')).rejects.toMatchObject({
        name: 'TooManyRequestsException',
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
      await expect(invoke('none')).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: `Function not found: arn:aws:lambda:${region}:${accountId}:function:none`,
      });
      await expect(
        invoke(`arn:aws:lambda:eu-west-1:${accountId}:function:stack-Echo`),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      await expect(invoke('stack-Echo', 'no JSON')).rejects.toMatchObject({
        name: 'InvalidRequestContentException',
      });
      await expect(
        invoke('stack-Echo', JSON.stringify('x'.repeat(6 * 1024 * 1024))),
      ).rejects.toMatchObject({ name: 'RequestTooLargeException' });
    });

    it('lists the functions', async () => {
      const client = keep(new LambdaClient(config));

      const { Functions: functions } = await client.send(new ListFunctionsCommand({}));
      const one = await client.send(new GetFunctionCommand({ FunctionName: 'stack-Echo' }));

      expect(functions?.map(({ FunctionName: name }) => name)).toEqual([
        'stack-Echo',
        'stack-Failing',
        'stack-Busy',
      ]);
      expect(one.Configuration).toMatchObject({
        Runtime: 'nodejs24.x',
        MemorySize: 128,
        Timeout: 3,
      });
    });
  });

  it('passes @connections calls on without changes, because the gateway verifies their signature', async () => {
    const client = keep(new ApiGatewayManagementApiClient({ ...config, endpoint: `${url}/prod` }));

    await client.send(new PostToConnectionCommand({ ConnectionId: 'abc=', Data: 'hello' }));

    expect(posts[0]).toMatchObject({
      method: 'POST',
      path: '/prod/@connections/abc%3D',
      query: '',
      body: Buffer.from('hello'),
    });
    // The gateway emits the fact of the call.
    expect(calls).toEqual([]);
  });

  it('names a service that it does not emulate and the caller, and warns once', async () => {
    const call = () =>
      signed('logs', connectFunction, { 'x-amz-target': 'Logs_20140328.PutLogEvents' }, '{}');

    const first = await call();
    await call();

    expect(first).toMatchObject({ status: 501, errorType: 'NotImplementedException' });
    expect(JSON.parse(first.body)).toMatchObject({
      message: 'sam-offline does not emulate logs (PutLogEvents, called by Connect)',
    });
    expect(warnings).toHaveLength(1);
    // No permission is reported as missing for a call that cannot succeed.
    expect(checked).not.toContain('logs');
  });

  it.each([
    ['cognito-idp', 'cognito-idp.us-east-1.amazonaws.com', { 'x-amz-target': 'AWSCognito.SignUp' }],
    ['iot', 'abc-ats.iot.ap-northeast-1.amazonaws.com', {}],
    ['iam', 'iam.amazonaws.com', {}],
    ['lambda-url', 'abc.lambda-url.us-east-1.on.aws', {}],
  ])('recognizes %s by the host in a call without a signature', async (service, host, more) => {
    const response = await post({ host, ...more }, '');

    expect(response.status).toBe(501);
    expect(response.body).toContain(`sam-offline does not emulate ${service} (`);
  });

  it('identifies the caller', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await signed('sts', connectFunction, form, 'Action=GetCallerIdentity');

    expect(response.status).toBe(200);
    expect(response.body).toContain(`<Arn>${connectFunction.arn}</Arn>`);
    expect(response.body).toContain(`<Account>${accountId}</Account>`);
  });

  it('responds to a health check without a signature', async () => {
    const response = await fetch(`${url}/_health`);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ok',
      services: ['dynamodb', 'sqs', 'lambda', 'execute-api', 'sts'],
    });
  });

  it('serves SDK clients that are only configured with AWS_ENDPOINT_URL', async () => {
    const program = `
      const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
      const { SQSClient, GetQueueUrlCommand, SendMessageCommand } = require('@aws-sdk/client-sqs');
      const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
      (async () => {
        const { TableNames } = await new DynamoDBClient({}).send(new ListTablesCommand({}));
        const sqs = new SQSClient({});
        const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }));
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
        const { StatusCode } = await new LambdaClient({}).send(
          new InvokeCommand({ FunctionName: 'stack-Echo', Payload: '{}' }),
        );
        console.log(JSON.stringify({ TableNames, QueueUrl, StatusCode }));
        process.exit();
      })();`;
    const child = spawn(process.execPath, ['-e', program], {
      cwd: import.meta.dirname,
      env: {
        ...{ AWS_ENDPOINT_URL: url, AWS_REGION: region },
        ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of child.stdout) output += String(chunk);

    expect(JSON.parse(output)).toEqual({
      TableNames: ['posts'],
      QueueUrl: `${url}/${accountId}/jobs`,
      StatusCode: 200,
    });
  });

  async function signed(
    service: string,
    principal: Principal,
    headers: Record<string, string>,
    body: string,
    path = '/',
  ): Promise<CallResponse> {
    const signer = new SignatureV4({
      credentials: { ...principal },
      region,
      service,
      sha256: Sha256,
    });
    const unsigned = {
      ...{ method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port, path, body },
      headers: { ...headers, host: `127.0.0.1:${port}` },
    };
    return post((await signer.sign(unsigned)).headers, body, path);
  }

  function post(headers: Record<string, string>, body: string, path = '/'): Promise<CallResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { port, host: '127.0.0.1', method: 'POST', path, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            const errorType = response.headers['x-amzn-errortype'];
            resolve({
              status: response.statusCode ?? 0,
              errorType: errorType?.toString(),
              body: text,
            });
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
});

function eventsTo(calls: EventOf<'aws.call'>[], warnings: string[]): EventBus {
  const bus = warningsTo(warnings);
  bus.subscribe((event) => {
    if (event.type === 'aws.call') calls.push(event);
  });
  return bus;
}
