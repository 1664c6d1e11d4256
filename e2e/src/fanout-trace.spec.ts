import { RawClient } from '@blogapp/realtime-client/raw';
import { startLocalStack, type LocalStack } from './support/local-stack.ts';
import { signIn } from './support/sign-in.ts';
import { readTarget, type Target } from './support/target.ts';
import { eventually, Watching } from './support/watching.ts';

/**
 * How many pushes one comment causes. API Gateway accepts one a second here, and pushes that were
 * not made after two seconds go through the queue: half of them.
 */
const READERS = 4;

let stack: LocalStack;
let target: Target;
let watching: Watching;
const readers: RawClient[] = [];

// A deployed stack takes no local credentials, and can not be throttled here.
const isLocal = readTarget().AwsEndpointUrl !== undefined;
const locally = isLocal ? test : test.skip;

beforeAll(async () => {
  if (!isLocal) return;
  stack = await startLocalStack({ limits: ['requests=1'] });
  target = readTarget(stack.outputsFile);
  watching = new Watching(target);
}, 120_000);

afterAll(async () => {
  if (!isLocal) return;
  watching.close();
  await Promise.all(readers.map((reader) => reader.close()));
  await stack.stop();
});

async function subscribe(channel: string): Promise<RawClient> {
  const reader = await RawClient.connect(target.WebSocketUrl);
  readers.push(reader);
  const isSubscribed = (): boolean => reader.received.some(({ type }) => type === 'subscribed');
  const found = await eventually(
    async () => {
      // The reader's messages are throttled too, so it repeats them.
      if (!isSubscribed()) reader.send({ action: 'subscribe', channels: [channel] });
      return isSubscribed();
    },
    (subscribed) => subscribed,
  );
  expect(found).toBe(true);
  return reader;
}

/** Writes a comment with a new correlation id, and returns that id. */
async function comment(
  postId: string,
  token: string,
): Promise<{ readonly status: number; readonly correlationId: string }> {
  const correlationId = `e2e-${crypto.randomUUID()}`;
  const { status } = await fetch(`${target.HttpApiUrl}/posts/${postId}/comments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-correlation-id': correlationId,
    },
    body: JSON.stringify({ body: 'queued' }),
  });
  return { status, correlationId };
}

/** The ends of the names of the functions that a comment goes through. */
const FUNCTIONS = ['-api', '-comment-stream', '-websocket-fanout'];

const functionsOf = (names: readonly string[]): string[] =>
  FUNCTIONS.filter((suffix) => names.some((name) => name.endsWith(suffix)));

interface FoundTrace {
  readonly name: string | undefined;
  readonly id: string;
  /** The previous trace, which this one names. */
  readonly previous: string;
}

async function tracesOf(correlationId: string): Promise<FoundTrace[]> {
  const traces = await watching.traces(`annotation.correlationId = "${correlationId}"`);
  return traces.map(({ Id: id = '', Annotations: of = {}, ServiceIds: services = [] }) => ({
    name: functionsOf(services.map(({ Name }) => Name ?? ''))[0],
    id,
    previous: of.previousTraces?.[0]?.AnnotationValue?.StringValue ?? '',
  }));
}

locally(
  'a correlation id finds the whole path of a comment whose pushes go through the queue',
  async () => {
    const { api, token } = await signIn(target);
    const { postId } = (await api.posts.create({ title: 'Throttled', body: 'x' })).post;
    const channel = `post:${postId}`;
    for (let count = 0; count < READERS; count += 1) await subscribe(channel);

    const { status, correlationId } = await comment(postId, token);
    expect(status).toBe(201);
    for (const reader of readers) {
      const event = await reader.next(({ type }) => type === 'comment.created', 0, 60_000);
      expect(event).toMatchObject({ meta: { correlationId } });
    }

    const lines = await eventually(
      () => watching.lines(`{ $.correlation_id = "${correlationId}" }`),
      (found) => functionsOf(found.map(({ logGroup }) => logGroup)).length === 3,
    );
    expect(functionsOf(lines.map(({ logGroup }) => logGroup))).toHaveLength(3);

    /**
     * The functions from the worker back to the request, as far as each trace names the previous
     * one.
     */
    const followed = async (): Promise<string[]> => {
      const traces = await tracesOf(correlationId);
      const before = (previous: string) => traces.find(({ id }) => id === previous);
      const stream = traces.find(({ name }) => name === '-comment-stream');
      const worker = traces.find(({ previous }) => previous !== '' && previous === stream?.id);
      const request = before(stream?.previous ?? '');
      return [worker, stream, request].flatMap((trace) => trace?.name ?? []);
    };
    expect(await eventually(followed, ({ length }) => length === 3)).toEqual([
      '-websocket-fanout',
      '-comment-stream',
      '-api',
    ]);
  },
  180_000,
);
