import { DeleteCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { cancellationReasons, withContentionRetries } from '@blogapp/retries';
import type { Favorite, FavoritesRepository, Page, PageRequest } from '../contract.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import { decodeCursor, pageOf, queryRows } from '../paging/index.ts';
import { readPostRows } from '../posts/index.ts';
import { postKey, summaryOf } from '../rows/index.ts';
import type { FavoritesTables } from '../tables.ts';

/** The tables, and what the repository needs beside them. */
export interface FavoritesOptions extends FavoritesTables {
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
}

/**
 * Keeps favorites in the Favorites table; make one for each execution environment. A favorite and
 * its post's count change in one transaction, so the count is exact at any time, and a deleted post
 * can not become a favorite.
 */
export function createFavoritesRepository({
  now = Date.now,
  ...tables
}: FavoritesOptions): FavoritesRepository {
  return {
    put: (userId, postId) => put(tables, userId, postId, new Date(now()).toISOString()),
    delete: (userId, postId) => remove(tables, userId, postId),
    async has(userId, postId) {
      const { Item: row } = await tables.client.send(
        new GetCommand({
          TableName: tables.favoritesTable,
          Key: { userId, postId },
          ConsistentRead: true,
        }),
      );
      return row !== undefined;
    },
    list: (userId, page) => list(tables, userId, page),
  };
}

async function put(
  tables: FavoritesTables,
  userId: string,
  postId: string,
  favoritedAt: string,
): Promise<boolean> {
  if (!isId(postId)) throw new NotFoundError('post', postId);
  const outcome = await toggle(tables, postId, 1, {
    Put: {
      TableName: tables.favoritesTable,
      Item: { userId, postId, favoritedAt },
      ConditionExpression: 'attribute_not_exists(userId)',
    },
  });
  if (outcome === 'no post') throw new NotFoundError('post', postId);
  return outcome === 'changed';
}

async function remove(tables: FavoritesTables, userId: string, postId: string): Promise<boolean> {
  if (!isId(postId)) return false;
  const Key = { userId, postId };
  const outcome = await toggle(tables, postId, -1, {
    Delete: {
      TableName: tables.favoritesTable,
      Key,
      ConditionExpression: 'attribute_exists(userId)',
    },
  });
  if (outcome !== 'no post') return outcome === 'changed';
  // The post is gone, and there is no count to keep.
  await tables.client.send(new DeleteCommand({ TableName: tables.favoritesTable, Key }));
  return true;
}

type TransactItem = NonNullable<
  ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']
>[number];

/** Writes a favorite and the count of its post together, or neither. */
async function toggle(
  { client, postsTable }: FavoritesTables,
  postId: string,
  difference: 1 | -1,
  favorite: TransactItem,
): Promise<'changed' | 'as it was' | 'no post'> {
  try {
    await withContentionRetries(() =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [
            favorite,
            {
              Update: {
                TableName: postsTable,
                Key: postKey(postId),
                // The row's correlation id and trace are those of the latest edit, so a favorite
                // removes them.
                UpdateExpression:
                  'SET lastChange = :favorites REMOVE correlationId, traceId ADD favoriteCount :difference, countsVersion :one',
                ConditionExpression: 'attribute_exists(postId)',
                ExpressionAttributeValues: {
                  ':favorites': 'favorites',
                  ':difference': difference,
                  ':one': 1,
                },
              },
            },
          ],
        }),
      ),
    );
    return 'changed';
  } catch (error) {
    const [row, post] = cancellationReasons(error) ?? [];
    if (row?.Code === 'ConditionalCheckFailed') return 'as it was';
    if (post?.Code === 'ConditionalCheckFailed') return 'no post';
    throw error;
  }
}

async function list(
  tables: FavoritesTables,
  userId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<Favorite>> {
  const name = `favorites/${userId}`;
  let after = cursor === undefined ? undefined : decodeCursor(name, cursor);
  const wanted = limit + 1;
  const favorites: Favorite[] = [];
  while (favorites.length < wanted) {
    const count = wanted - favorites.length;
    const rows = await favoriteRows(tables, userId, count, after);
    const posts = await readPostRows(
      tables,
      rows.map(({ postId }) => postId),
    );
    for (const { postId, favoritedAt } of rows) {
      const post = posts.get(postId);
      // A favorite without its post will be removed too: see `posts/removal.ts`.
      if (post !== undefined) favorites.push({ post: summaryOf(post), favoritedAt });
    }
    if (rows.length < count) break;
    after = rows.at(-1)?.postId;
  }
  return pageOf(favorites, limit, name, ({ post }) => post.postId);
}

interface FavoriteRow {
  readonly postId: string;
  readonly favoritedAt: string;
}

async function favoriteRows(
  { client, favoritesTable }: FavoritesTables,
  userId: string,
  count: number,
  after: string | undefined,
): Promise<FavoriteRow[]> {
  const rows = await queryRows(
    client,
    {
      TableName: favoritesTable,
      KeyConditionExpression: `userId = :user${after === undefined ? '' : ' AND postId < :after'}`,
      ExpressionAttributeValues: {
        ':user': userId,
        ...(after !== undefined && { ':after': after }),
      },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    count,
  );
  return rows as unknown as FavoriteRow[];
}
