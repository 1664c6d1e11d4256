import type { InvocationResult, LambdaInvoker } from '../../lambda/index.ts';
import type { EventSourceMapping, LambdaFunction, Queue, Table } from '../../template/index.ts';

export const region = 'ap-northeast-1';
export const accountId = '123456789012';

/** A function of a test. It gets the event, and returns the response or throws. */
export type TestHandler = (event: { readonly Records: readonly TestRecord[] }) => unknown;

export interface TestRecord {
  readonly eventName: string;
  readonly messageId: string;
  readonly body: string;
  readonly dynamodb: {
    readonly Keys: Readonly<Record<string, { readonly S: string }>>;
    readonly SequenceNumber: string;
  };
  readonly [name: string]: unknown;
}

/** Makes an invoker for plain functions. What they throw becomes the function's error. */
export function fakeInvoker(handlers: Readonly<Record<string, TestHandler>>): LambdaInvoker {
  return {
    async invoke(functionLogicalId, payload): Promise<InvocationResult> {
      const requestId = crypto.randomUUID();
      const handler = handlers[functionLogicalId];
      if (handler === undefined) throw new Error(`no function ${functionLogicalId}`);
      try {
        const event = JSON.parse(payload.toString()) as Parameters<TestHandler>[0];
        const response = JSON.stringify((await handler(event)) ?? null);
        return { ok: true, requestId, payload: Buffer.from(response) };
      } catch (error) {
        if (error instanceof Error && error.name === 'TooManyRequestsException') throw error;
        const errorMessage = String(error);
        return {
          ok: false,
          requestId,
          errorType: 'Error',
          errorMessage,
          payload: Buffer.from('{}'),
        };
      }
    },
    invokeAsync: () => undefined,
  };
}

/** Makes a table definition with a stream. */
export function postsTable(overrides: Partial<Table> = {}): Table {
  return {
    logicalId: 'PostsTable',
    tableName: 'posts',
    arn: `arn:aws:dynamodb:${region}:${accountId}:table/posts`,
    attributeDefinitions: [{ name: 'postId', type: 'S' }],
    keySchema: { partitionKey: 'postId' },
    globalSecondaryIndexes: [],
    localSecondaryIndexes: [],
    streamViewType: 'NEW_AND_OLD_IMAGES',
    streamArn: `arn:aws:dynamodb:${region}:${accountId}:table/posts/stream/2026-01-01T00:00:00.000`,
    ...overrides,
  };
}

/**
 * Makes a queue definition.
 * @param attributes the queue's attributes, such as `VisibilityTimeout`
 */
export function queue(queueName: string, attributes: Record<string, string> = {}): Queue {
  return {
    logicalId: queueName,
    queueName,
    arn: `arn:aws:sqs:${region}:${accountId}:${queueName}`,
    url: `https://sqs.${region}.amazonaws.com/${accountId}/${queueName}`,
    attributes,
  };
}

/** Makes a function definition. */
export function lambdaFunction(logicalId: string): LambdaFunction {
  return {
    logicalId,
    functionName: `stack-${logicalId}`,
    arn: `arn:aws:lambda:${region}:${accountId}:function:stack-${logicalId}`,
    code: { type: 'inline', source: '' },
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    architecture: 'arm64',
    memorySizeMb: 128,
    timeoutMs: 3_000,
    environment: {},
    asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000 },
    layers: [],
  };
}

type StreamSource = Extract<EventSourceMapping['source'], { type: 'dynamodb' }>;

/** Makes an event source mapping for the stream of `postsTable`. */
export function streamMapping(
  source: Partial<StreamSource> = {},
  overrides: Partial<EventSourceMapping> = {},
): EventSourceMapping {
  return {
    logicalId: 'PostsStream',
    functionLogicalId: 'OnPost',
    source: {
      type: 'dynamodb',
      tableLogicalId: 'PostsTable',
      startingPosition: 'TRIM_HORIZON',
      bisectBatchOnFunctionError: false,
      parallelizationFactor: 1,
      ...source,
    },
    enabled: true,
    batchSize: 100,
    batchWindowMs: 0,
    reportBatchItemFailures: false,
    filterPatterns: [],
    ...overrides,
  };
}

/** Makes an event source mapping for a queue. */
export function queueMapping(overrides: Partial<EventSourceMapping> = {}): EventSourceMapping {
  return {
    logicalId: 'JobsMapping',
    functionLogicalId: 'OnJob',
    source: { type: 'sqs', queueLogicalId: 'jobs' },
    enabled: true,
    batchSize: 10,
    batchWindowMs: 0,
    reportBatchItemFailures: false,
    filterPatterns: [],
    ...overrides,
  };
}

export { until } from '../../testing/end-of-test.ts';
