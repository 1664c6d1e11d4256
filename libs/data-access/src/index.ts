export * from './document-client.ts';
export * from './dynamodb-client.ts';
