import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';

export const TableName = process.env.DYNAMODB_CONNECTIONS_TABLE;
export const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const gateway = new ApiGatewayManagementApiClient({
  endpoint: process.env.WEBSOCKET_API_ENDPOINT,
});

/** The event that the product would send for this request: as many bytes on the wire. */
export function payloadOf({ body }) {
  const { channel, type, data } = JSON.parse(body);
  return JSON.stringify({
    type,
    id: '01JDB3V4W5X6Y7Z8A9B0C1D2E3',
    channel,
    occurredAt: new Date().toISOString(),
    data,
    meta: { correlationId: randomUUID() },
  });
}
