import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ensureQueues, startQueueService, type QueueService } from './index.ts';

const region = 'ap-northeast-1';
const accountId = '123456789012';

describe('SQS on this machine', () => {
  let service: QueueService;
  let client: SQSClient;

  beforeEach(async () => {
    service = await startQueueService({ region, accountId });
    client = new SQSClient({
      endpoint: service.endpoint,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });

  afterEach(async () => {
    client.destroy();
    await service.close();
  });

  it('uses the stack’s account and the called host in queue URLs', async () => {
    const urls = await ensureQueues(service.endpoint, region, [{ queueName: 'jobs' }]);
    const url = `${service.endpoint}/${accountId}/jobs`;

    expect(urls.get('jobs')).toBe(url);
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual([url]);
    const { Attributes: attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    expect(attributes?.QueueArn).toBe(`arn:aws:sqs:${region}:${accountId}:jobs`);
  });

  it('accepts the characters that SQS accepts, including emoji, and no others', async () => {
    const urls = await ensureQueues(service.endpoint, region, [{ queueName: 'jobs' }]);
    const QueueUrl = urls.get('jobs');
    const send = (MessageBody: string) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody }));

    await send('tab\t, line\n, é, 漢字, 😀');
    const { Messages: messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(messages?.map(({ Body: body }) => body)).toEqual(['tab\t, line\n, é, 漢字, 😀']);
    for (const refused of ['\u0001', '\uFFFE', '\uFFFF']) {
      await expect(send(refused)).rejects.toThrow('Invalid characters found');
    }
  });

  it('returns the trace header that a message was sent with if a receive asks for it', async () => {
    const urls = await ensureQueues(service.endpoint, region, [{ queueName: 'jobs' }]);
    const QueueUrl = urls.get('jobs');
    const headerOf = (digit: string): string => `Root=1-6a5145a9-${digit.repeat(24)};Sampled=1`;
    const system = (digit: string) =>
      ({ AWSTraceHeader: { DataType: 'String', StringValue: headerOf(digit) } }) as const;
    const receive = async (...names: ('All' | 'SentTimestamp' | 'AWSTraceHeader')[]) => {
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl, VisibilityTimeout: 0, MaxNumberOfMessages: 10 },
          MessageSystemAttributeNames: names,
        }),
      );
      return messages.map(({ Body: body, Attributes: attributes }) => [
        body,
        attributes?.AWSTraceHeader,
      ]);
    };

    const single = { QueueUrl, MessageBody: 'single', MessageSystemAttributes: system('a') };
    await client.send(new SendMessageCommand(single));
    const second = { Id: '2', MessageBody: 'second', MessageSystemAttributes: system('b') };
    const Entries = [{ Id: '1', MessageBody: 'first' }, second];
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    // X-Ray's SDK sends this header with every call.
    client.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { request: { headers: Record<string, string> } };
        request.headers['X-Amzn-Trace-Id'] = headerOf('c');
        return next(args);
      },
      { step: 'build' },
    );
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'traced' }));

    const sent = [
      ['single', headerOf('a')],
      ['first', undefined],
      ['second', headerOf('b')],
      ['traced', headerOf('c')],
    ];
    expect(await receive('All')).toEqual(sent);
    expect(await receive('AWSTraceHeader')).toEqual(sent);
    expect((await receive('SentTimestamp')).every(([, header]) => header === undefined)).toBe(true);
  });

  it('moves a message to the dead-letter queue after maxReceiveCount receives', async () => {
    const urls = await ensureQueues(service.endpoint, region, [
      {
        queueName: 'jobs',
        attributes: {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: `arn:aws:sqs:${region}:${accountId}:dead`,
            maxReceiveCount: 1,
          }),
        },
      },
      { queueName: 'dead' },
    ]);
    await client.send(
      new SendMessageCommand({ QueueUrl: urls.get('jobs'), MessageBody: 'poison' }),
    );
    const receive = async (queue: string): Promise<(string | undefined)[]> => {
      const response = await client.send(
        new ReceiveMessageCommand({ QueueUrl: urls.get(queue), VisibilityTimeout: 0 }),
      );
      return (response.Messages ?? []).map((message) => message.Body);
    };

    expect(await receive('jobs')).toEqual(['poison']);
    expect(await receive('jobs')).toEqual([]);
    expect(await receive('dead')).toEqual(['poison']);
  });

  it('accepts queue URLs with AWS’s host', async () => {
    const url = `https://sqs.${region}.amazonaws.com/${accountId}/jobs`;
    await ensureQueues(service.endpoint, region, [{ queueName: 'jobs' }]);
    const local = new SQSClient({
      endpoint: service.endpoint,
      region,
      useQueueUrlAsEndpoint: false,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });

    await local.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'hello' }));

    const response = await local.send(new ReceiveMessageCommand({ QueueUrl: url }));
    expect(response.Messages?.[0]?.Body).toBe('hello');
    local.destroy();
  });
});
