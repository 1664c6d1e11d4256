import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The variables that the template gives functions, beside those that Lambda sets. */
const connections = {
  ENVIRONMENT: 'development',
  DYNAMODB_CONNECTIONS_TABLE: 'connections',
  CHANNEL_SHARDS: '4',
  OTHER_CHANNEL_SHARDS: '0',
};
const connect = { ...connections, FIREBASE_PROJECT_ID: 'demo-blogapp' };
const delivery = {
  ...connections,
  AWS_REGION: 'ap-northeast-1',
  WEBSOCKET_API_ENDPOINT: 'https://api.example/development',
  FANOUT_QUEUE_URL: 'https://sqs.example/1/fanout',
  FANOUT_DEAD_LETTER_QUEUE_URL: 'https://sqs.example/1/dead-letters',
};

const commentStream = {
  ...delivery,
  DYNAMODB_POSTS_TABLE: 'posts',
  DYNAMODB_COMMENTS_TABLE: 'comments',
};
const postStream = { ...commentStream, DYNAMODB_FAVORITES_TABLE: 'favorites' };
const messages = {
  ...connections,
  AWS_REGION: 'ap-northeast-1',
  WEBSOCKET_API_ENDPOINT: 'https://api.example/development',
  DYNAMODB_POSTS_TABLE: 'posts',
  DYNAMODB_COMMENTS_TABLE: 'comments',
};

const handlers = {
  connect,
  disconnect: connections,
  default: messages,
  broadcast: delivery,
  fanout: delivery,
  'comment-stream': commentStream,
  'post-stream': postStream,
};

/**
 * Imports the handlers in a separate process, as Lambda does at a cold start.
 *
 * @returns for each what its module exports, or the message of the error that it threw
 */
async function coldStart(environment: Record<string, string>): Promise<Record<string, string>> {
  const script = `
    const outcomes = {};
    for (const name of process.argv.slice(2)) {
      outcomes[name] = await import(process.argv[1] + '/' + name + '/index.ts').then(
        ({ handler }) => typeof handler,
        (error) => error.message,
      );
    }
    console.log(JSON.stringify(outcomes));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, import.meta.dirname, ...Object.keys(handlers)],
    { env: environment },
  );
  return JSON.parse(stdout) as Record<string, string>;
}

test('every handler starts with the variables that the template gives it', async () => {
  const outcomes = await coldStart({ ...connect, ...postStream });
  expect(outcomes).toEqual(
    Object.fromEntries(Object.keys(handlers).map((name) => [name, 'function'])),
  );
});

test('every handler names, in one message, each variable that is missing or malformed', async () => {
  const outcomes = await coldStart({ CHANNEL_SHARDS: 'many' });
  for (const [name, environment] of Object.entries(handlers)) {
    const [title, problems = ''] = (outcomes[name] ?? '').split(': ');
    expect(title).toBe('The environment is not complete');
    expect(problems.split('; ').sort()).toEqual(
      Object.keys(environment)
        .map((variable) =>
          variable === 'CHANNEL_SHARDS'
            ? 'CHANNEL_SHARDS is not a whole number from 1 to 256'
            : `${variable} is missing`,
        )
        .sort(),
    );
  }
});
