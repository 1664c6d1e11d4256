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

// Only a stack that a test may harm. `npm run alarms:prove` proves every alarm.
(target.AwsEndpointUrl === undefined ? test.skip : test)(
  'a dead letter makes its alarm ring until the queue is purged',
  async () => {
    const name = 'fanout-dead-letters';
    // Again and again, since the tests that run beside this one give up deliveries too.
    const purge = (): Promise<unknown> =>
      sqs.send(new PurgeQueueCommand({ QueueUrl: target.FanoutDeadLetterQueueUrl }));
    await alarms.become('OK', [name], purge);
    const since = new Date();
    // The worker gives up at once what is no task.
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
