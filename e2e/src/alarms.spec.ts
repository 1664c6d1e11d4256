import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { StackAlarms } from './support/alarms.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();
const alarms = new StackAlarms(target);
const sqs = new SQSClient({
  region: process.env.AWS_REGION ?? 'ap-northeast-1',
  ...(target.AwsEndpointUrl !== undefined && { endpoint: target.AwsEndpointUrl }),
});

afterAll(() => {
  alarms.close();
  sqs.destroy();
});

// This test runs only against a local stack, because it makes a fault. `npm run alarms:prove`
// proves every alarm.
(target.AwsEndpointUrl === undefined ? test.skip : test)(
  'a message in the dead-letter queue sets its alarm off until the queue is purged',
  async () => {
    const name = 'fanout-dead-letters';
    // This is repeated, since tests that run at the same time also put messages in the queue.
    const purge = (): Promise<unknown> =>
      sqs.send(new PurgeQueueCommand({ QueueUrl: target.FanoutDeadLetterQueueUrl }));
    await alarms.become('OK', [name], purge);
    const since = new Date();
    // The worker puts a message that is not a task in the dead-letter queue at once.
    await sqs.send(
      new SendMessageCommand({ QueueUrl: target.FanoutQueueUrl, MessageBody: 'no task' }),
    );
    await alarms.become('ALARM', [name]);
    await alarms.become('OK', [name], purge);

    const { [name]: changes } = await alarms.changes(since);
    expect(changes).toEqual(['OK to ALARM', 'ALARM to OK']);
  },
  300_000,
);
