import { listOf, textOf, type NeededPermission, type ServiceCall } from './call.ts';

/**
 * Gives the permissions that a call to Systems Manager needs: one for each parameter that it names.
 */
export function ssmPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input, region, accountId } = call;
  const action = `ssm:${operation}`;
  const one = textOf(input.Name) ?? textOf(input.Path) ?? textOf(input.ResourceId);
  const names =
    one === undefined ? listOf(input.Names).flatMap((name) => textOf(name) ?? []) : [one];
  if (names.length === 0) return [{ action, resource: '*' }];
  return names.map((name) => ({
    action,
    resource: name.startsWith('arn:')
      ? name
      : `arn:aws:ssm:${region}:${accountId}:parameter/${plainName(name)}`,
  }));
}

/**
 * Gives a parameter's name as an ARN contains it: without a leading slash, and without `:version`
 * or `:label`.
 */
function plainName(name: string): string {
  return name.replace(/^\//, '').replace(/:[\w.-]+$/, '');
}

/** Finds the ARN of a secret, which ends in random characters, by its name or a part of the ARN. */
export type SecretArns = (secretId: string) => string;

/** Gives the permission that a call to Secrets Manager needs. */
export function secretsPermissions(call: ServiceCall, arnOf: SecretArns): NeededPermission[] {
  const { operation, input } = call;
  const id = textOf(input.SecretId) ?? textOf(input.Name);
  if (operation === 'BatchGetSecretValue') {
    const ids = listOf(input.SecretIdList).flatMap((each) => textOf(each) ?? []);
    return [
      { action: 'secretsmanager:BatchGetSecretValue', resource: '*' },
      ...ids.map((each) => ({
        action: 'secretsmanager:GetSecretValue',
        resource: arnOf(each),
      })),
    ];
  }
  return [
    {
      action: `secretsmanager:${operation}`,
      resource: id === undefined ? '*' : arnOf(id),
    },
  ];
}
