import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { TableName, documents, gateway } from './common.mjs';
import { payloadOf } from './payload.ts';

/**
 * Broadcasts as AWS's chat sample does (aws-samples/simple-websockets-chat-app, `sendmessage`): one
 * scan, then a push to everybody at once. It reads only one page, which has all rows of the bench's
 * table.
 */
export const handler = async (event) => {
  const { Items: connections } = await documents.send(
    new ScanCommand({ TableName, ProjectionExpression: 'channel, connectionId' }),
  );
  const Data = payloadOf(event.body);
  await Promise.all(
    connections.map(async ({ channel, connectionId }) => {
      try {
        await gateway.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
      } catch (error) {
        if (error.$metadata?.httpStatusCode !== 410) throw error;
        await documents.send(new DeleteCommand({ TableName, Key: { channel, connectionId } }));
      }
    }),
  );
  return { statusCode: 202, body: JSON.stringify({ recipients: connections.length }) };
};
