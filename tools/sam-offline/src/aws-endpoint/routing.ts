import type { IncomingMessage } from 'node:http';
import { parseAuthorization } from '../signature/index.ts';
import type { AwsCall, Protocol } from './call.ts';
import { isS3Host } from './s3-call.ts';

/** The service of a request that does not name one. */
export const UNKNOWN_SERVICE = 'unknown';

/** The service by the prefix of `X-Amz-Target`, for requests without a credential scope. */
const SERVICE_OF_TARGET: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  GraniteServiceVersion20100801: 'monitoring',
  Logs_20140328: 'logs',
  AWSEvents: 'events',
  AmazonSSM: 'ssm',
  secretsmanager: 'secretsmanager',
};
/** Matches the path of a Smithy RPC v2 CBOR request, which contains the target. */
const RPC_PATH = /^\/service\/([^/]+)\/operation\/([^/]+)$/;

/**
 * Reads the service and the operation of a request, before its signature is verified.
 *
 * @param isBucket tells whether a bucket has this name; requests of browsers have no scope that
 * names S3
 */
export function readCall(
  request: IncomingMessage,
  body: Buffer,
  isBucket: (name: string) => boolean = () => false,
): AwsCall {
  const { headers, method = 'GET', url = '/' } = request;
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const query = question < 0 ? '' : url.slice(question + 1);
  const scope = parseAuthorization({ headers, query });
  if (scope === undefined ? isForS3(headers, path, query, isBucket) : scope.service === 's3') {
    const operation = `${method} ${path}`;
    return { method, path, query, headers, body, service: 's3', operation, protocol: 'rest-json' };
  }

  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const dot = target.indexOf('.');
    const prefix = target.slice(0, dot);
    const operation = target.slice(dot + 1);
    const service =
      scope?.service ?? SERVICE_OF_TARGET[prefix] ?? serviceOfHost(headers.host) ?? prefix;
    return { method, path, query, headers, body, service, operation, protocol: 'json' };
  }
  const [, rpcTarget, rpcOperation] =
    headers['smithy-protocol'] === 'rpc-v2-cbor' ? (RPC_PATH.exec(path) ?? []) : [];
  if (rpcTarget !== undefined && rpcOperation !== undefined) {
    const service = scope?.service ?? SERVICE_OF_TARGET[rpcTarget] ?? rpcTarget;
    return {
      method,
      path,
      query,
      headers,
      body,
      service,
      operation: rpcOperation,
      protocol: 'cbor',
    };
  }
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const protocol: Protocol = isForm || query.includes('Action=') ? 'query' : 'rest-json';
  const operation =
    protocol === 'query'
      ? (/(?:^|&)Action=([^&]*)/.exec(isForm ? body.toString('latin1') : query)?.[1] ?? '')
      : `${method} ${path}`;
  const service = scope?.service ?? guessService(path, protocol, operation, headers.host);
  return { method, path, query, headers, body, service, operation, protocol };
}

/**
 * Tells whether a request without a scope is for S3. It comes from a browser, or is presigned with
 * Signature Version 2.
 */
function isForS3(
  headers: IncomingMessage['headers'],
  path: string,
  query: string,
  isBucket: (name: string) => boolean,
): boolean {
  if (isS3Host(headers.host) || query.includes('AWSAccessKeyId=')) return true;
  if (headers['x-amz-target'] !== undefined) return false;
  const bucket = path.split('/', 2)[1] ?? '';
  return bucket !== '' && isBucket(bucket);
}

/**
 * Finds the service of an AWS host name: `cognito-idp` for `cognito-idp.us-east-1.amazonaws.com`,
 * `iot` for `abc-ats.iot.us-east-1.amazonaws.com`.
 */
export function serviceOfHost(host: string | undefined): string | undefined {
  return /(?:^|\.)([a-z][a-z\d-]*)\.(?:[a-z]{2}(?:-[a-z]+)+-\d\.)?(?:amazonaws\.com(?:\.cn)?|on\.aws|api\.aws)\.?(?::\d+)?$/i
    .exec(host ?? '')?.[1]
    ?.toLowerCase();
}

function guessService(
  path: string,
  protocol: Protocol,
  operation: string,
  host: string | undefined,
): string {
  if (/^\/20\d\d-\d\d-\d\d\/functions/.test(path)) return 'lambda';
  if (/\/(?:@|%40)connections/i.test(path)) return 'execute-api';
  if (operation === 'GetCallerIdentity') return 'sts';
  // Subscribers follow links with these operations in a notification.
  if (operation === 'ConfirmSubscription' || operation === 'Unsubscribe') return 'sns';
  return serviceOfHost(host) ?? (protocol === 'query' ? 'sqs' : UNKNOWN_SERVICE);
}
