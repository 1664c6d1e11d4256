export { createS3Endpoint, type S3Endpoint, type S3Target } from './s3-endpoint.ts';
