import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * The time-out of a connection attempt (ms). A table responds in under 10 ms; what takes this long
 * is tried again.
 */
const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * The DynamoDB client of a function: make one for each execution environment, so that its
 * connections are reused from one invocation to the next.
 *
 * @param endpoint for tests; when absent, the SDK uses `AWS_ENDPOINT_URL`, which sam-offline sets,
 * or else the region's endpoint
 */
export function createDynamoDBClient(endpoint?: string): DynamoDBClient {
  return new DynamoDBClient({
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
}
