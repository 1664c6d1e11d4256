import type { NeededPermission, ServiceCall } from './call.ts';
import { dynamodbPermissions, type TableKeys } from './dynamodb.ts';
import { eventsPermissions, schedulerPermissions, snsPermissions } from './messaging.ts';
import {
  cloudwatchPermissions,
  lambdaPermissions,
  logsPermissions,
  plainPermissions,
} from './other.ts';
import { s3Permissions } from './s3.ts';
import { sqsPermissions } from './sqs.ts';
import { type SecretArns, secretsPermissions, ssmPermissions } from './stored.ts';

export type { NeededPermission, ServiceCall } from './call.ts';
export type { TableKeys } from './dynamodb.ts';
export type { SecretArns } from './stored.ts';

/**
 * Gives the permissions that a call needs on AWS. It needs all of them. The list is empty if the
 * call needs none (`sts:GetCallerIdentity`).
 *
 * @param keys the keys of the stack's tables, for conditions on them
 * @param secretArns finds secrets by their names; without it, a name is used as an ARN
 */
export function neededPermissions(
  call: ServiceCall,
  keys: TableKeys,
  secretArns: SecretArns = (id) => id,
): NeededPermission[] {
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
    case 's3':
      return s3Permissions(call);
    case 'sns':
      return snsPermissions(call);
    case 'events':
      return eventsPermissions(call);
    case 'scheduler':
      return schedulerPermissions(call);
    case 'ssm':
      return ssmPermissions(call);
    case 'secretsmanager':
      return secretsPermissions(call, secretArns);
    case 'sts':
      return call.operation === 'GetCallerIdentity' ? [] : plainPermissions(call);
    default:
      return plainPermissions(call);
  }
}
