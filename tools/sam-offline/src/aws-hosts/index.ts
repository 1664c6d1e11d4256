export { type AwsHostProxy, createAwsHostProxy } from './proxy.ts';
