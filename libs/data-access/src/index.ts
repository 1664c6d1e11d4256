export * from './dynamodb-clients.ts';
