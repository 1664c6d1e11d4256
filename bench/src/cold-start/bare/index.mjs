/**
 * The function that the others are compared with. It makes DynamoDB's document client at import,
 * and one read. It lacks what a function should have: no logger, no metrics, no checks of its
 * events.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = async () => {
  await client.send(
    new GetCommand({ TableName: process.env.DYNAMODB_POSTS_TABLE, Key: { postId: 'months' } }),
  );
  return { statusCode: 200 };
};
