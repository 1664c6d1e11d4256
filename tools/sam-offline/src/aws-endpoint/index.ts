export { createAwsEndpoint, type AwsEndpoint, type AwsEndpointOptions } from './aws-endpoint.ts';
export type { DynamoDbTarget } from './dynamodb.ts';
export type { LambdaTarget } from './lambda/index.ts';
export type { ObservabilityTarget } from './observability.ts';
export { AWS_TABLE_LIMITS, type TableLimits } from './table-throttle.ts';
export type { ServiceHandler } from './observability.ts';
export type { S3Endpoint } from './s3/index.ts';
