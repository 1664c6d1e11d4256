import {
  BatchWriteItemCommand,
  DynamoDBClient,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { numberOf, type Context } from './context.mts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/**
 * The time between two posts, in ms. The posts go back in time from now, so 10,000 of them span
 * five days.
 */
const apartMs = 43_200;
/** DynamoDB's limit for one BatchWriteItem. */
const batchSize = 25;
const atOnce = 8;

type Item = Record<string, AttributeValue>;

/**
 * Fills the tables with `seedPosts` posts and `seedComments` comments, unless they are filled
 * already. A tenth of the comments are on the first post. It writes rows as `libs/data-access`
 * does, directly into the tables, since the REST API limits the writes of a user. `deepPostId`
 * becomes the id of the post with many comments.
 */
export async function seed(context: Context): Promise<void> {
  const { vars } = context;
  const client = new DynamoDBClient({
    ...(typeof vars.awsEndpoint === 'string' && {
      endpoint: vars.awsEndpoint,
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  });
  try {
    const posts = Array.from({ length: numberOf(context, 'seedPosts') }, (_, index) =>
      postItem(index),
    );
    const comments = Array.from({ length: numberOf(context, 'seedComments') }, (_, index) =>
      commentItem(index, posts),
    );
    const months = [...new Set(posts.map(({ month }) => month?.S ?? ''))];
    await writeAll(client, String(vars.postsTable), [
      ...posts,
      ...posts.map(({ postId }) => bodyItem(postId?.S ?? '')),
      { postId: { S: 'months' }, months: { SS: months } },
    ]);
    await writeAll(client, String(vars.commentsTable), comments);
    vars.deepPostId = posts[0]?.postId?.S;
  } finally {
    client.destroy();
  }
}

function postItem(index: number): Item {
  const at = Date.now() - index * apartMs;
  const postId = ulid(at, index);
  const time = new Date(at).toISOString();
  return {
    postId: { S: postId },
    month: { S: time.slice(0, 7) },
    authorId: { S: `seed-${index % 500}` },
    title: { S: `Post ${index}` },
    excerpt: { S: 'Seeded.' },
    createdAt: { S: time },
    ...{ version: { N: '1' }, bodyVersion: { N: '1' }, commentCount: { N: '0' } },
    ...{ favoriteCount: { N: '0' }, countsVersion: { N: '0' } },
    lastChange: { S: 'comments' },
    correlationId: { S: 'seed' },
  };
}

function bodyItem(postId: string): Item {
  return { postId: { S: `body#${postId}` }, body: { S: 'Seeded.' }, bodyVersion: { N: '1' } };
}

function commentItem(index: number, posts: readonly Item[]): Item {
  const post = index % 10 === 0 ? posts[0] : posts[index % posts.length];
  const at = Date.now() - 60_000_000 + index * 500;
  const commentId = ulid(at, index);
  return {
    postId: { S: post?.postId?.S ?? '' },
    commentId: { S: commentId },
    changeId: { S: commentId },
    authorId: { S: `seed-${index % 500}` },
    body: { S: `Comment ${index}` },
    createdAt: { S: new Date(at).toISOString() },
    version: { N: '1' },
    correlationId: { S: 'seed' },
  };
}

/** @throws Error if DynamoDB leaves items unprocessed ten times in a row */
async function writeAll(
  client: DynamoDBClient,
  table: string,
  items: readonly Item[],
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  );
  const write = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      let left = batch.map((Item) => ({ PutRequest: { Item } }));
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt === 10) throw new Error(`${table} takes no more items`);
        const { UnprocessedItems } = await client.send(
          new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
        );
        left = (UnprocessedItems?.[table] ?? []) as typeof left;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, write));
}

/** Makes a ULID of a time, which is the same for the same index. */
function ulid(at: number, index: number): string {
  const encode = (value: number, length: number): string =>
    Array.from(
      { length },
      (_, digit) => alphabet[Math.floor(value / 32 ** (length - 1 - digit)) % 32],
    ).join('');
  return encode(at, 10) + encode(index, 16);
}
