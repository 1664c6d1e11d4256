import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { TableName, documents, gateway } from './common.mjs';
import { payloadOf } from './payload.ts';

/**
 * The way of AWS's chat sample (aws-samples/simple-websockets-chat-app, `sendmessage`): one scan,
 * then a push to everybody at once. It reads one page only, which the bench's tables fit in.
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
