import { RawClient } from '@blogapp/realtime-client/raw';
import { signIn } from './support/sign-in.ts';
import type { SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();

let alice: SignedIn;
let bob: SignedIn;
let postId: string;
let etag: string;
let reader: RawClient;

/** The field `data` of a message of any type. */
function dataOf(message: Record<string, unknown>): Record<string, unknown> {
  const { data } = message;
  return typeof data === 'object' && data !== null ? { ...data } : {};
}

async function subscribed(since?: string): Promise<RawClient> {
  const client = await RawClient.connect(target.WebSocketUrl);
  await client.ask(
    { action: 'subscribe', channels: [`post:${postId}`], ...(since !== undefined && { since }) },
    'subscribed',
  );
  return client;
}

const told = (type: string, id?: string) =>
  reader.next((message) => message.type === type && (id === undefined || message.id === id));
const counted = (commentCount: number, favoriteCount: number) =>
  reader.next((message) => {
    const data = dataOf(message);
    return (
      message.type === 'post.stats' &&
      data.commentCount === commentCount &&
      data.favoriteCount === favoriteCount
    );
  });

beforeEach(async () => {
  [alice, bob] = await Promise.all([signIn(target), signIn(target)]);
  const created = await alice.api.posts.create({ title: 'Live', body: 'x' });
  ({ postId } = created.post);
  ({ etag } = created);
  reader = await subscribed();
});

afterEach(async () => {
  await reader.close();
});

test('a comment, its edit and its deletion reach a reader, and so do the counts', async () => {
  const comment = await bob.api.comments.create(postId, { body: 'one' });
  const created = await told('comment.created', comment.changeId);
  expect(created.data).toMatchObject({ commentId: comment.commentId, body: 'one' });
  await counted(1, 0);

  const edited = await bob.api.comments.update(postId, comment.commentId, { body: 'two' });
  expect((await told('comment.updated', edited.changeId)).data).toMatchObject({ body: 'two' });

  await alice.api.favorites.put(postId);
  await counted(1, 1);
  await bob.api.comments.delete(postId, comment.commentId);
  expect((await told('comment.deleted')).data).toMatchObject({ commentId: comment.commentId });
  await counted(0, 1);
  expect((await alice.api.posts.get(postId)).post).toMatchObject({
    commentCount: 0,
    favoriteCount: 1,
  });
});

test('an edit and the deletion of a post reach its readers, and its favorites are removed', async () => {
  await bob.api.comments.create(postId, { body: 'one' });
  await bob.api.favorites.put(postId);
  await counted(1, 1);
  const renamed = await alice.api.posts.update(postId, { title: 'New' }, '*');
  expect((await told('post.updated')).data).toMatchObject({ postId, title: 'New' });
  expect(renamed.etag).not.toBe(etag);
  await alice.api.posts.delete(postId, '*');
  expect((await told('post.deleted')).data).toMatchObject({ postId });
  expect((await bob.api.favorites.list()).items).toEqual([]);
});

test('a reader who reconnects gets what changed meanwhile, oldest first', async () => {
  const first = await bob.api.comments.create(postId, { body: 'first' });
  const second = await bob.api.comments.create(postId, { body: 'second' });
  await reader.close();
  reader = await subscribed();
  await bob.api.comments.delete(postId, first.commentId);
  const third = await bob.api.comments.create(postId, { body: 'third' });
  const edited = await bob.api.comments.update(postId, second.commentId, { body: 'SECOND' });
  // This waits for the last live event: later events are replayed.
  await told('comment.updated', edited.changeId);
  await reader.close();

  reader = await subscribed(second.changeId);
  const missed = reader.received.filter(({ type }) => String(type).startsWith('comment.'));
  expect(missed.map(({ type }) => type)).toEqual([
    'comment.deleted',
    'comment.created',
    'comment.updated',
  ]);
  expect(missed.slice(1).map(({ id }) => id)).toEqual([third.changeId, edited.changeId]);
  const response = await told('subscribed');
  expect(response).toMatchObject({ channels: [`post:${postId}`], replayed: 3 });
});

test('a reader who was away for too long is told to load again', async () => {
  await reader.close();
  reader = await subscribed('01ARZ3NDEKTSV4RRFFQ69G5FAV');
  expect(await told('replay_truncated')).toEqual({
    type: 'replay_truncated',
    channels: [`post:${postId}`],
  });
  expect(await told('subscribed')).toMatchObject({ replayed: 0 });
});
