import type { NeededPermission, ServiceCall } from './call.ts';
import { dynamodbPermissions, type TableKeys } from './dynamodb.ts';
import {
  cloudwatchPermissions,
  lambdaPermissions,
  logsPermissions,
  plainPermissions,
} from './other.ts';
import { sqsPermissions } from './sqs.ts';

export type { NeededPermission, ServiceCall } from './call.ts';
export type { TableKeys } from './dynamodb.ts';

/**
 * The permissions that AWS asks for a call, all of which it needs. Empty where it needs none
 * (`sts:GetCallerIdentity`).
 *
 * @param keys the keys of the stack's tables, for conditions on them
 */
export function neededPermissions(call: ServiceCall, keys: TableKeys): NeededPermission[] {
  switch (call.service) {
    case 'dynamodb':
      return dynamodbPermissions(call, keys);
    case 'sqs':
      return sqsPermissions(call);
    case 'lambda':
      return lambdaPermissions(call);
    case 'monitoring':
      return cloudwatchPermissions(call);
    case 'logs':
      return logsPermissions(call);
    case 'sts':
      return call.operation === 'GetCallerIdentity' ? [] : plainPermissions(call);
    default:
      return plainPermissions(call);
  }
}
