import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTable, startDynoxide, type TableDefinition } from '@blogapp/sam-offline/services';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDocumentClient } from '../document-client.ts';

/** The tables of one test: their names, and the client that reaches them. */
export interface TestTables {
  readonly client: DynamoDBDocumentClient;
  readonly endpoint: string;
  readonly postsTable: string;
  readonly commentsTable: string;
  readonly favoritesTable: string;
  readonly requestControlsTable: string;
  readonly commentsStreamArn: string;
  readonly postsStreamArn: string;
}

export interface LocalTables {
  /** Creates empty tables as the template defines them, with new names. */
  create(): Promise<TestTables>;
  close(): Promise<void>;
}

export const REGION = 'ap-northeast-1';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Starts a DynamoDB with streams on a free port. Call `close` at the end. */
export async function startLocalTables(): Promise<LocalTables> {
  const dynoxide = await startDynoxide();
  const client = new DynamoDBClient({
    region: REGION,
    credentials: CREDENTIALS,
    endpoint: dynoxide.endpoint,
  });
  let stacks = 0;
  return {
    async create() {
      const name = `test-${(stacks += 1)}`;
      const create = (table: TableDefinition) => createTable(dynoxide.endpoint, table);
      const [posts, comments, favorites, controls] = await Promise.all([
        create(postsTable(`${name}-posts`)),
        create(commentsTable(`${name}-comments`)),
        create(favoritesTable(`${name}-favorites`)),
        create(requestControlsTable(`${name}-request-controls`)),
      ]);
      return {
        client: createDocumentClient(client),
        endpoint: dynoxide.endpoint,
        postsTable: posts.tableName,
        commentsTable: comments.tableName,
        favoritesTable: favorites.tableName,
        requestControlsTable: controls.tableName,
        commentsStreamArn: comments.streamArn ?? '',
        postsStreamArn: posts.streamArn ?? '',
      };
    },
    async close() {
      client.destroy();
      await dynoxide.close();
    },
  };
}

function postsTable(tableName: string): TableDefinition {
  return {
    tableName,
    attributeDefinitions: [
      { name: 'postId', type: 'S' },
      { name: 'month', type: 'S' },
      { name: 'authorId', type: 'S' },
    ],
    keySchema: { partitionKey: 'postId' },
    globalSecondaryIndexes: [
      index('byMonth', 'month', 'postId'),
      index('byAuthor', 'authorId', 'postId'),
    ],
    streamViewType: 'NEW_AND_OLD_IMAGES',
  };
}

function commentsTable(tableName: string): TableDefinition {
  return {
    tableName,
    attributeDefinitions: [
      { name: 'postId', type: 'S' },
      { name: 'commentId', type: 'S' },
      { name: 'changeId', type: 'S' },
    ],
    keySchema: { partitionKey: 'postId', sortKey: 'commentId' },
    localSecondaryIndexes: [index('byChange', 'postId', 'changeId')],
    streamViewType: 'NEW_AND_OLD_IMAGES',
    ttlAttribute: 'expiresAt',
  };
}

function favoritesTable(tableName: string): TableDefinition {
  return {
    tableName,
    attributeDefinitions: [
      { name: 'userId', type: 'S' },
      { name: 'postId', type: 'S' },
    ],
    keySchema: { partitionKey: 'userId', sortKey: 'postId' },
    globalSecondaryIndexes: [
      { ...index('byPost', 'postId', 'userId'), projectionType: 'KEYS_ONLY' },
    ],
  };
}

function requestControlsTable(tableName: string): TableDefinition {
  return {
    tableName,
    attributeDefinitions: [{ name: 'id', type: 'S' }],
    keySchema: { partitionKey: 'id' },
    ttlAttribute: 'expiresAt',
  };
}

function index(indexName: string, partitionKey: string, sortKey: string) {
  return {
    indexName,
    keySchema: { partitionKey, sortKey },
    projectionType: 'ALL' as const,
    nonKeyAttributes: [],
  };
}
