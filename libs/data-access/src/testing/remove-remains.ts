/**
 * A clean-up that stops in the middle, so that a test can kill it: it prints `stuck` before the
 * delete with the number `stuckAt`, and does not continue.
 *
 *   node remove-remains.ts '{"endpoint":…,"tables":{…},"postId":…,"stuckAt":3}'
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDocumentClient } from '../document-client.ts';
import { removeRemains } from '../posts/index.ts';

interface Task {
  readonly endpoint: string;
  readonly tables: Pick<
    Parameters<typeof removeRemains>[0],
    'postsTable' | 'commentsTable' | 'favoritesTable'
  >;
  readonly postId: string;
  readonly stuckAt: number;
}

const { endpoint, tables, postId, stuckAt } = JSON.parse(process.argv[2] ?? '') as Task;
const client = createDocumentClient(
  new DynamoDBClient({
    endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }),
);
let deletes = 0;
client.middlewareStack.add(
  (next, context) => async (args) => {
    if (context.commandName !== 'BatchWriteItemCommand') return next(args);
    deletes += 1;
    if (deletes < stuckAt) return next(args);
    process.stdout.write('stuck\n');
    return new Promise(() => undefined);
  },
  { step: 'finalizeRequest', name: 'stuck' },
);
setInterval(() => undefined, 1_000);
await removeRemains({ client, ...tables }, postId, {
  favoriteCount: 0,
  remainingMs: () => Infinity,
});
