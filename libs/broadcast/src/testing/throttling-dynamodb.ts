import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ThrottlingDynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A DynamoDB that throttles: passes requests on, except those that `throttles` picks. */
export async function startThrottlingDynamoDb(
  target: string,
  throttles: (operation: string) => boolean,
): Promise<ThrottlingDynamoDb> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, response) => {
    const operation = String(incoming.headers['x-amz-target']).replace(/^.*\./, '');
    if (throttles(operation)) {
      incoming.resume();
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({
          __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
          message: 'The level of configured provisioned throughput for the table was exceeded.',
        }),
      );
      return;
    }
    const { method, url: path, headers } = incoming;
    const forwarded = request({ hostname, port, method, path, headers }, (forwardedResponse) => {
      response.writeHead(forwardedResponse.statusCode ?? 502, forwardedResponse.headers);
      forwardedResponse.pipe(response);
    });
    forwarded.once('error', () => response.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
