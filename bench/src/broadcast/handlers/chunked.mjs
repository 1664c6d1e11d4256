import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DeleteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { TableName, documents, gateway } from './common.mjs';
import { payloadOf } from './payload.ts';

const CHUNK = 25;

/**
 * The usual first version of a broadcast: a paginated read, pushes in chunks so that the gateway does not
 * throttle, and stale connections are removed. Each chunk waits for the one before.
 */
export const handler = async (event) => {
  const Data = payloadOf(event.body);
  let recipients = 0;
  for await (const { Items: connections } of paginateScan(
    { client: documents },
    { TableName, ProjectionExpression: 'channel, connectionId' },
  )) {
    for (let start = 0; start < connections.length; start += CHUNK) {
      const chunk = connections.slice(start, start + CHUNK);
      recipients += chunk.length;
      await Promise.allSettled(chunk.map((connection) => push(connection, Data)));
    }
  }
  return { statusCode: 202, body: JSON.stringify({ recipients }) };
};

async function push({ channel, connectionId }, Data) {
  try {
    await gateway.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
  } catch (error) {
    if (error.$metadata?.httpStatusCode !== 410) throw error;
    await documents.send(new DeleteCommand({ TableName, Key: { channel, connectionId } }));
  }
}
