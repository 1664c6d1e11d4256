/**
 * The app that the API is compared with: only Hono. It has no sign-in, no checks of requests, no
 * rate limit, no entity tags, no idempotency keys, no logs.
 *
 * - `/canned/…` sends the API's responses from memory: no function can do less.
 * - `/dynamodb/…` reads or writes one item collection with the document client, as a first draft of
 *   the same routes would.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Hono } from 'hono';
import { readFileSync } from 'node:fs';

const LIMIT = 20;
const { BENCH_RESPONSES, DYNAMODB_POSTS_TABLE, DYNAMODB_COMMENTS_TABLE } = process.env;

/** The API's responses by route; they are read from a file that the bench writes. */
let responses;
const canned = (route) => (responses ??= JSON.parse(readFileSync(BENCH_RESPONSES, 'utf8')))[route];

let client;
const send = (command) =>
  (client ??= DynamoDBDocumentClient.from(new DynamoDBClient({}))).send(command);

/** An app with both kinds of routes below one path. */
export function createBareApp(base) {
  const app = new Hono().basePath(base);

  app.get('/canned/posts', (context) => context.json(canned('feed')));
  app.get('/canned/posts/:postId/comments', (context) => context.json(canned('comments')));
  app.post('/canned/posts/:postId/comments', async (context) => {
    await context.req.json();
    return context.json(canned('write'), 201);
  });

  app.get('/dynamodb/posts', async (context) => {
    const { Items: items } = await send(
      new QueryCommand({
        TableName: DYNAMODB_POSTS_TABLE,
        IndexName: 'byMonth',
        KeyConditionExpression: '#month = :month',
        ExpressionAttributeNames: { '#month': 'month' },
        ExpressionAttributeValues: { ':month': new Date().toISOString().slice(0, 7) },
        ScanIndexForward: false,
        Limit: LIMIT,
      }),
    );
    return context.json({ items });
  });
  app.get('/dynamodb/posts/:postId/comments', async (context) => {
    const { Items: items } = await send(
      new QueryCommand({
        TableName: DYNAMODB_COMMENTS_TABLE,
        KeyConditionExpression: 'postId = :postId',
        ExpressionAttributeValues: { ':postId': context.req.param('postId') },
        Limit: LIMIT,
      }),
    );
    return context.json({ items });
  });
  app.post('/dynamodb/posts/:postId/comments', async (context) => {
    const { body } = await context.req.json();
    const commentId = newId();
    const comment = {
      postId: context.req.param('postId'),
      commentId,
      changeId: commentId,
      authorId: 'reader',
      body,
      createdAt: new Date().toISOString(),
      correlationId: commentId,
    };
    await send(new PutCommand({ TableName: DYNAMODB_COMMENTS_TABLE, Item: comment }));
    return context.json(comment, 201);
  });
  return app;
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Makes a ULID. */
function newId() {
  let time = '';
  for (let rest = Date.now(); time.length < 10; rest = Math.floor(rest / 32)) {
    time = DIGITS[rest % 32] + time;
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(random, (byte) => DIGITS[byte % 32]).join('');
}
