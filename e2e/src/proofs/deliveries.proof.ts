import { RawClient } from '@blogapp/realtime-client/raw';
import { slowedBy, THROWS } from '../support/deployments.ts';
import { proofStack, prove } from '../support/proof.ts';
import { signIn, type SignedIn } from '../support/sign-in.ts';
import { oneAtATime } from '../support/times.ts';

const commentStream = 'ws-handlers/comment-stream';
const fanout = 'ws-handlers/fanout';
const messages = 'ws-handlers/default';
const stack = proofStack({ deployable: [commentStream, fanout, messages] });

let alice: SignedIn;
let postId: string;
let reader: RawClient;

beforeAll(async () => {
  const { target } = stack();
  alice = await signIn(target);
  ({ postId } = (await alice.api.posts.create({ title: 'Deliveries', body: 'x' })).post);
  reader = await RawClient.connect(target.WebSocketUrl);
  await reader.ask({ action: 'subscribe', channels: [`post:${postId}`] }, 'subscribed');
});

afterAll(async () => {
  await reader.close();
});

/** Writes a comment, and waits until the reader has it. */
const comment = async (): Promise<void> => {
  const from = reader.received.length;
  await alice.api.comments.create(postId, { body: 'late' });
  await reader.next(({ type }) => type === 'comment.created', from, 60_000);
};

prove(stack, [
  {
    alarm: 'delivery-latency',
    implies: ['live-updates'],
    start: () => stack().deploy(commentStream, slowedBy(6_000)),
    meanwhile: oneAtATime(comment),
    end: () => stack().goBack(commentStream),
  },
  {
    alarm: 'fanout-failures',
    implies: ['live-updates', 'function-errors', 'requests-fail'],
    start: () => stack().deploy(fanout, THROWS),
    meanwhile: () => stack().send(stack().target.FanoutQueueUrl, 'a task'),
    // A failed message would be received again after three minutes, and then be put in the
    // dead-letter queue.
    end: async () => {
      await stack().purge(stack().target.FanoutQueueUrl);
      await stack().goBack(fanout);
    },
  },
  {
    alarm: 'websocket-errors',
    implies: ['function-errors', 'requests-fail'],
    start: () => stack().deploy(messages, THROWS),
    meanwhile: async () => {
      reader.send({ action: 'ping' });
    },
    end: () => stack().goBack(messages),
  },
]);
