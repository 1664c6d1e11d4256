import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { HandshakeRefusedError, RealtimeClient } from '@blogapp/realtime-client';
import { StackAlarms } from './support/alarms.ts';
import { signIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';
import { eventually } from './support/watching.ts';

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

const times = (count: number, work: () => Promise<unknown>): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, work));
const send = (queueUrl: string, body: string): Promise<unknown> =>
  sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
const purge = (queueUrl: string): Promise<unknown> =>
  sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
const refusedHandshake = (): Promise<unknown> =>
  expect(
    RealtimeClient.connect(target.WebSocketUrl, { idToken: 'not.a.token' }),
  ).rejects.toBeInstanceOf(HandshakeRefusedError);

interface Fault {
  readonly alarm: string;
  readonly once?: () => Promise<unknown>;
  /** Repeated until the alarm rings. */
  readonly meanwhile?: () => Promise<unknown>;
  /** Ends it, where it does not end by itself, whoever made it: other tests give up deliveries too. */
  readonly end?: () => Promise<unknown>;
}

const DEAD_LETTERS: Fault = {
  alarm: 'fanout-dead-letters',
  // The worker gives up at once what is no task.
  once: () => send(target.FanoutQueueUrl, 'no task'),
  end: () => purge(target.FanoutDeadLetterQueueUrl),
};

/** These take up to a minute each: `npm run alarms:prove`. */
const SLOW: readonly Fault[] = [
  {
    alarm: 'stream-failures',
    once: () => send(target.StreamFailuresQueueUrl, '{}'),
    end: () => purge(target.StreamFailuresQueueUrl),
  },
  {
    alarm: 'refused-connections',
    meanwhile: () => times(3, refusedHandshake),
  },
  {
    alarm: 'connection-churn',
    meanwhile: () =>
      times(8, async () => (await RealtimeClient.connect(target.WebSocketUrl)).close()),
  },
];

// Only a stack that a test may harm, whose alarms have periods of seconds.
const isHarmless = target.AwsEndpointUrl !== undefined;
const isProof = isHarmless && process.env.E2E_ALARMS === 'all';

// Other tests, which run beside this one in the whole suite, make errors on purpose.
(isProof ? test : test.skip)(
  'none rings while comments are written and read for four periods',
  async () => {
    // Two, so that neither meets the limit of comments a minute.
    const [alice, bob] = await Promise.all([signIn(target), signIn(target)]);
    const { post } = await alice.api.posts.create({ title: 'Healthy', body: 'x' });
    const reader = await RealtimeClient.connect(target.WebSocketUrl);
    await reader.ask({ action: 'subscribe', channels: [`post:${post.postId}`] }, 'subscribed');
    let written = 0;
    const ringing = async (): Promise<string[]> => {
      const response = await fetch(`${target.HttpApiUrl}/posts/${post.postId}/comments`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${(written % 2 === 0 ? alice : bob).token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ body: 'healthy' }),
      });
      expect(response.status).toBe(201);
      await reader.next(({ type }) => type === 'comment.created');
      written += 1;
      const states = Object.entries(await alarms.states());
      expect(states).toHaveLength(14);
      return states.flatMap(([name, state]) => (state === 'ALARM' ? [name] : []));
    };
    expect(await eventually(ringing, (names) => names.length > 0, 40_000)).toEqual([]);
    expect(written).toBeGreaterThan(10);
    await reader.close();
  },
  120_000,
);

(isHarmless ? test : test.skip).each(isProof ? [DEAD_LETTERS, ...SLOW] : [DEAD_LETTERS])(
  '$alarm rings while there is its fault, and not before or after',
  async ({ alarm, once, meanwhile, end }) => {
    await alarms.becomes(alarm, 'OK', end);
    const since = new Date();
    await once?.();
    const rang = await alarms.becomes(alarm, 'ALARM', meanwhile);
    const over = await alarms.becomes(alarm, 'OK', end);

    expect(await alarms.changes(alarm, since)).toEqual(['OK to ALARM', 'ALARM to OK']);
    process.stderr.write(`${alarm}: rang after ${rang} s, was over after ${over} s\n`);
  },
  500_000,
);
