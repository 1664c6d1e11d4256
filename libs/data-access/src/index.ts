export type * from './contract.ts';
export * from './dynamodb-clients.ts';
export * from './errors.ts';
