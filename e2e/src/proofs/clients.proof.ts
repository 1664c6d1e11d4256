import { HandshakeRefusedError, RawClient } from '@blogapp/realtime-client/raw';
import { THROWS } from '../support/deployments.ts';
import { proofStack, prove } from '../support/proof.ts';
import { signIn } from '../support/sign-in.ts';
import { times } from '../support/times.ts';
import { eventually } from '../support/watching.ts';

const disconnect = 'ws-handlers/disconnect';
const stack = proofStack({ deployable: [disconnect] });

const refusedHandshake = (): Promise<unknown> =>
  expect(
    RawClient.connect(stack().target.WebSocketUrl, { idToken: 'not.a.token' }),
  ).rejects.toBeInstanceOf(HandshakeRefusedError);

test('no alarm goes off while comments are written and read for four periods', async () => {
  const { target, alarms } = stack();
  // There are two users, so that neither reaches the limit of comments a minute.
  const [alice, bob] = await Promise.all([signIn(target), signIn(target)]);
  const { postId } = (await alice.api.posts.create({ title: 'Healthy', body: 'x' })).post;
  const reader = await RawClient.connect(target.WebSocketUrl);
  await reader.ask({ action: 'subscribe', channels: [`post:${postId}`] }, 'subscribed');
  let written = 0;
  const alarming = async (): Promise<string[]> => {
    const from = reader.received.length;
    const { api } = written % 2 === 0 ? alice : bob;
    await api.comments.create(postId, { body: 'healthy' });
    await reader.next(({ type }) => type === 'comment.created', from);
    written += 1;
    const states = Object.entries(await alarms.states());
    expect(states).toHaveLength(15);
    return states.flatMap(([name, state]) => (state === 'ALARM' ? [name] : []));
  };
  expect(await eventually(alarming, (names) => names.length > 0, 40_000)).toEqual([]);
  expect(written).toBeGreaterThan(10);
  await reader.close();
}, 120_000);

prove(stack, [
  {
    alarm: 'fanout-dead-letters',
    // The worker puts a message that is not a task in the dead-letter queue at once. This is one
    // failure, which does not set fanout-failures off.
    start: () => stack().send(stack().target.FanoutQueueUrl, 'no task'),
    end: () => stack().purge(stack().target.FanoutDeadLetterQueueUrl),
  },
  {
    alarm: 'stream-failures',
    start: () => stack().send(stack().target.StreamFailuresQueueUrl, '{}'),
    end: () => stack().purge(stack().target.StreamFailuresQueueUrl),
  },
  {
    alarm: 'refused-connections',
    // Other clients send messages, and none of these fails, so websocket-errors does not go off.
    meanwhile: async () => {
      await times(3, refusedHandshake);
      const client = await RawClient.connect(stack().target.WebSocketUrl);
      await client.ask({ action: 'ping' }, 'pong');
      await client.close();
    },
  },
  {
    alarm: 'connection-churn',
    meanwhile: () =>
      times(8, async () => (await RawClient.connect(stack().target.WebSocketUrl)).close()),
  },
  {
    alarm: 'function-errors',
    implies: ['requests-fail'],
    // Clients do not notice this, because they have disconnected.
    start: () => stack().deploy(disconnect, THROWS),
    meanwhile: () =>
      times(3, async () => (await RawClient.connect(stack().target.WebSocketUrl)).close()),
    end: () => stack().goBack(disconnect),
  },
]);
