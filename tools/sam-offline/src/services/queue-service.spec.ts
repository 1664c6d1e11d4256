import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ensureQueues, startQueueService, type QueueService } from './index.ts';

const region = 'ap-northeast-1';
const accountId = '123456789012';

describe('the queue service', () => {
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

  it('names queues with the account of the stack and the host that was called', async () => {
    const urls = await ensureQueues(service.endpoint, region, [{ queueName: 'jobs' }]);
    const url = `${service.endpoint}/${accountId}/jobs`;

    expect(urls.get('jobs')).toBe(url);
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual([url]);
    const { Attributes: attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    expect(attributes?.QueueArn).toBe(`arn:aws:sqs:${region}:${accountId}:jobs`);
  });

  it('takes the characters that SQS takes, emoji among them, and no others', async () => {
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
      const answer = await client.send(
        new ReceiveMessageCommand({ QueueUrl: urls.get(queue), VisibilityTimeout: 0 }),
      );
      return (answer.Messages ?? []).map((message) => message.Body);
    };

    expect(await receive('jobs')).toEqual(['poison']);
    expect(await receive('jobs')).toEqual([]);
    expect(await receive('dead')).toEqual(['poison']);
  });

  it('takes queue URLs on the host of AWS', async () => {
    const url = `https://sqs.${region}.amazonaws.com/${accountId}/jobs`;
    await ensureQueues(service.endpoint, region, [{ queueName: 'jobs' }]);
    const local = new SQSClient({
      endpoint: service.endpoint,
      region,
      useQueueUrlAsEndpoint: false,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });

    await local.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'hello' }));

    const answer = await local.send(new ReceiveMessageCommand({ QueueUrl: url }));
    expect(answer.Messages?.[0]?.Body).toBe('hello');
    local.destroy();
  });
});
