import { ApiProblemError, eachItem } from '@blogapp/api-client';
import { RawClient } from '@blogapp/realtime-client/raw';
import { serverEventSchema } from '@blogapp/shared-types';
import type { ServerEvent } from '@blogapp/shared-types';
import type { Comment } from '@blogapp/shared-types/rest';
import { signIn } from './support/sign-in.ts';
import type { SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

/** The number of clients; each of them writes and subscribes. */
const CLIENTS = 20;

const target = readTarget();

type CommentEvent = Extract<ServerEvent, { type: `comment.${string}` }>;
type Stats = Extract<ServerEvent, { type: 'post.stats' }>['data'];

/**
 * A user who follows a post by the rules of libs/data-access/README.md, as the web front end does.
 */
class Reader {
  readonly user: SignedIn;
  readonly socket: RawClient;
  /** Every change of a comment, once, in the order of arrival. */
  readonly changes = new Map<string, CommentEvent>();
  /** The counts with the greatest version. */
  counts: Stats | undefined;
  #read = 0;

  private constructor(user: SignedIn, socket: RawClient) {
    this.user = user;
    this.socket = socket;
  }

  static async of(postId: string): Promise<Reader> {
    const user = await signIn(target);
    const socket = await RawClient.connect(target.WebSocketUrl, { idToken: user.token });
    await socket.ask({ action: 'subscribe', channels: [`post:${postId}`] }, 'subscribed');
    return new Reader(user, socket);
  }

  /** Waits until the received events match. */
  async until(fits: (reader: this) => boolean): Promise<void> {
    this.#apply();
    if (fits(this)) return;
    await this.socket.next(() => {
      this.#apply();
      return fits(this);
    });
  }

  /** What the front end would show: for each comment, the change with the greatest id. */
  view(): Map<string, CommentEvent> {
    const view = new Map<string, CommentEvent>();
    for (const event of this.changes.values()) {
      const { commentId } = event.data;
      if (event.id > (view.get(commentId)?.id ?? '')) view.set(commentId, event);
    }
    return view;
  }

  #apply(): void {
    for (; this.#read < this.socket.received.length; this.#read += 1) {
      const { success, data: event } = serverEventSchema.safeParse(
        this.socket.received[this.#read],
      );
      if (!success) continue;
      if (event.type === 'post.stats') {
        if (event.data.countsVersion >= (this.counts?.countsVersion ?? -1)) {
          this.counts = event.data;
        }
      } else if ('commentId' in event.data) {
        this.changes.set(event.id, event as CommentEvent);
      }
    }
  }
}

/** What the API's responses to all writes say. */
interface Acknowledged {
  /** The text of each written or edited comment, by the change id. */
  readonly texts: Map<string, string>;
  deletions: number;
}

/** The result of a change; undefined when somebody else had deleted the comment before. */
async function unlessGone<T>(change: Promise<T>): Promise<T | undefined> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof ApiProblemError && error.is('not-found')) return undefined;
    throw error;
  }
}

let author: SignedIn;
let postId: string;
let readers: Reader[];

beforeEach(async () => {
  author = await signIn(target);
  ({ postId } = (await author.api.posts.create({ title: 'Busy', body: 'x' })).post);
  readers = await Promise.all(Array.from({ length: CLIENTS }, () => Reader.of(postId)));
});

afterEach(async () => {
  await Promise.all(readers.map(({ socket }) => socket.close()));
});

/**
 * Writes three comments. Then, all at once, it edits the first twice and deletes the second, while
 * the post's author deletes the second and the third.
 */
async function comment({ api }: SignedIn, name: number, acknowledged: Acknowledged): Promise<void> {
  const write = async (body: string) => {
    const written = await api.comments.create(postId, { body });
    acknowledged.texts.set(written.changeId, body);
    return written.commentId;
  };
  const edit = async (commentId: string, body: string) => {
    const edited = await unlessGone(api.comments.update(postId, commentId, { body }));
    if (edited !== undefined) acknowledged.texts.set(edited.changeId, body);
  };
  const remove = async (by: SignedIn['api'], commentId: string) => {
    const removed = await unlessGone(by.comments.delete(postId, commentId).then(() => true));
    if (removed) acknowledged.deletions += 1;
  };
  const [first, second, third] = await Promise.all([
    write(`${name}: first`),
    write(`${name}: second`),
    write(`${name}: third`),
  ]);
  await Promise.all([
    edit(first, `${name}: edited`),
    edit(first, `${name}: edited otherwise`),
    edit(second, `${name}: edited and deleted`),
    remove(api, second),
    ...(name < CLIENTS / 2 ? [remove(author.api, second), remove(author.api, third)] : []),
  ]);
}

/** Marks the post twice at once; then every second user unmarks it twice at once. */
async function toggle({ api: { favorites } }: SignedIn, name: number): Promise<void> {
  await Promise.all([favorites.put(postId), favorites.put(postId)]);
  if (name % 2 === 0) await Promise.all([favorites.delete(postId), favorites.delete(postId)]);
}

test('20 clients at once on one post: exact counts, and each sees each change as it was made', async () => {
  const acknowledged: Acknowledged = { texts: new Map(), deletions: 0 };
  await Promise.all(
    readers.flatMap(({ user }, name) => [comment(user, name, acknowledged), toggle(user, name)]),
  );
  // The changes of a post come in order, so this one is the last. Counts come from two streams,
  // without an order between them.
  const [last] = await Promise.all([
    author.api.comments.create(postId, { body: 'the last one' }),
    ...readers
      .filter((_, name) => name % 4 === 0)
      .map(({ user }) => user.api.favorites.put(postId)),
  ]);
  acknowledged.texts.set(last.changeId, 'the last one');

  const table: Comment[] = [];
  for await (const one of eachItem((page) => author.api.comments.list(postId, page))) {
    table.push(one);
  }
  const marked = await Promise.all(readers.map(({ user }) => user.api.favorites.has(postId)));
  const favoriteCount = marked.filter(Boolean).length;
  // All second comments and half of the third ones are deleted; a quarter of the users has not
  // marked the post.
  expect(table).toHaveLength(3 * CLIENTS + 1 - CLIENTS - CLIENTS / 2);
  expect(acknowledged.deletions).toBe(CLIENTS + CLIENTS / 2);
  expect(favoriteCount).toBe(CLIENTS - CLIENTS / 4);

  const counted = { commentCount: table.length, favoriteCount };
  const everybody = (has: (reader: Reader) => boolean) =>
    Promise.all(readers.map((reader) => reader.until(has)));
  await everybody(({ changes }) => changes.has(last.changeId));
  // A comment is counted before it is published.
  const { post } = await author.api.posts.get(postId);
  expect(post).toMatchObject(counted);
  await everybody(({ counts }) => counts?.countsVersion === post.countsVersion);

  for (const reader of readers) {
    expect(reader.counts).toEqual({ postId, ...counted, countsVersion: post.countsVersion });
    const changes = [...reader.changes.values()];
    const told = changes.filter((change) => change.type !== 'comment.deleted');
    expect(new Map(told.map(({ id, data }) => [id, data.body]))).toEqual(acknowledged.texts);
    expect(changes).toHaveLength(acknowledged.texts.size + acknowledged.deletions);

    const shown = [...reader.view().values()].filter(({ type }) => type !== 'comment.deleted');
    const comments = shown.map(({ id, data }) => ({ ...data, changeId: id }));
    const byId = (a: { commentId: string }, b: { commentId: string }) =>
      a.commentId < b.commentId ? -1 : 1;
    expect(comments.sort(byId)).toEqual(table);
  }
});
