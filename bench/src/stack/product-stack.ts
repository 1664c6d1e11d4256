import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { spawnOwned, type OwnedProcess } from '../harness/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const command = join(root, 'tools/sam-offline/bin/sam-offline.js');
/** The product's template. */
export const templatePath = join(root, 'infra/sam/template.yaml');

/** The stack's outputs. */
export interface Outputs {
  readonly HttpApiUrl: string;
  readonly FunctionUrl: string;
  readonly WebSocketUrl: string;
  readonly ConnectionsUrl: string;
  readonly AwsEndpointUrl: string;
  readonly PostsTableName: string;
  readonly CommentsTableName: string;
  readonly FavoritesTableName: string;
  readonly RequestControlsTableName: string;
  readonly WebSocketConnectionsTableName: string;
  readonly FanoutQueueUrl: string;
  readonly FanoutDeadLetterQueueUrl: string;
}

export interface ProductStack {
  readonly process: OwnedProcess;
  readonly outputs: Outputs;
}

/**
 * Template parameters: unsigned development tokens are accepted (nothing listens at that address),
 * and the rate limit refuses no user.
 */
const parameters = [
  'FirebaseAuthEmulatorHost=127.0.0.1:9',
  'WriteBurst=10000',
  'WritesPerMinute=60000',
];

export interface ProductStackOptions {
  /** The YAML of further resources, not indented. */
  readonly resources?: string;
  /**
   * The `@connections` endpoint that functions push to, instead of the stack's own WebSocket API.
   */
  readonly connectionsEndpoint?: string;
  /** Writes files to the stack's empty data folder before the stack starts. */
  readonly prepareData?: (dataDirectory: string) => Promise<void>;
}

/** Starts the product's template with empty tables, on free ports. */
export async function startProductStack(
  workDirectory: string,
  options: ProductStackOptions = {},
): Promise<ProductStack> {
  const dataDirectory = join(workDirectory, 'stack');
  await rm(dataDirectory, { recursive: true, force: true });
  await mkdir(dataDirectory, { recursive: true });
  await options.prepareData?.(dataDirectory);
  const file = join(dataDirectory, 'template.yaml');
  await writeFile(file, adapt(await readFile(templatePath, 'utf8'), options));
  const stack = spawnOwned(
    process.execPath,
    [
      command,
      'start',
      `--template=${file}`,
      '--stack-name=bench',
      '--http-port=0',
      '--websocket-port=0',
      '--aws-port=0',
      '--console-port=0',
      `--data-dir=${dataDirectory}`,
      '--parameter-overrides',
      ...parameters,
    ],
    { cwd: workDirectory, logFile: join(workDirectory, 'stack.log') },
  );
  await stack.waitForOutput(/^READY/m, 60_000);
  const outputs = await readFile(join(dataDirectory, 'outputs.json'), 'utf8');
  return { process: stack, outputs: JSON.parse(outputs) as Outputs };
}

function adapt(
  template: string,
  { resources = '', connectionsEndpoint }: ProductStackOptions,
): string {
  const adapted = template
    .replaceAll('../../', `${root}/`)
    .replace(/^Resources:\n/m, (line) => line + resources.replaceAll(/^(?=.)/gm, '  '));
  if (connectionsEndpoint === undefined) return adapted;
  return adapted.replaceAll(
    /(WEBSOCKET_API_ENDPOINT: ).*/g,
    (_, name: string) => name + connectionsEndpoint,
  );
}

/** The environment variables of the stack's functions, all together. */
export function environmentOf({ outputs }: ProductStack): Record<string, string> {
  return {
    ENVIRONMENT: 'development',
    LOG_LEVEL: 'INFO',
    CORS_ORIGIN: 'http://localhost:3000',
    FIREBASE_PROJECT_ID: 'demo-blogapp',
    FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9',
    WRITE_BURST: '10000',
    WRITES_PER_MINUTE: '60000',
    CHANNEL_SHARDS: '4',
    OTHER_CHANNEL_SHARDS: '0',
    DYNAMODB_POSTS_TABLE: outputs.PostsTableName,
    DYNAMODB_COMMENTS_TABLE: outputs.CommentsTableName,
    DYNAMODB_FAVORITES_TABLE: outputs.FavoritesTableName,
    DYNAMODB_REQUEST_CONTROLS_TABLE: outputs.RequestControlsTableName,
    DYNAMODB_CONNECTIONS_TABLE: outputs.WebSocketConnectionsTableName,
    FANOUT_QUEUE_URL: outputs.FanoutQueueUrl,
    FANOUT_DEAD_LETTER_QUEUE_URL: outputs.FanoutDeadLetterQueueUrl,
    WEBSOCKET_API_ENDPOINT: outputs.ConnectionsUrl,
    // Lambda sets these.
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    AWS_REGION: 'ap-northeast-1',
    AWS_ENDPOINT_URL: outputs.AwsEndpointUrl,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    PATH: process.env.PATH ?? '',
  };
}
