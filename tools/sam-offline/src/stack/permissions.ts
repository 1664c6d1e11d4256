import type { Events } from '../events/index.ts';
import {
  createEnforcement,
  createGatekeeper,
  type Enforcement,
  type EnforcementMode,
  unknownActions,
} from '../iam/index.ts';
import { secretArn, type Stack } from '../template/index.ts';
import { integrationRoles } from './integration-roles.ts';

/**
 * Decides on the calls of a stack's functions by their roles in the template. It warns once of each
 * permission that cannot be checked.
 *
 * @param given if absent: `enforce`, or `report` for a template that has no permissions at all (ADR
 *   25)
 */
export function enforcePermissions(
  stack: Stack,
  given: EnforcementMode | undefined,
  events: Events,
): Enforcement {
  const mode = given ?? (stack.statesPermissions ? 'enforce' : 'report');
  if (given === undefined && mode === 'report' && stack.functions.length > 0) {
    events.warn(
      'warn',
      'The template has no permissions (no Policies, Role or AWS::Lambda::Permission): what AWS would ' +
        'deny is reported, and passes. --iam enforce refuses it as AWS does.',
    );
  }
  const gatekeeper = createGatekeeper({
    region: stack.region,
    accountId: stack.accountId,
    roles: new Map([
      ...stack.functions.flatMap(({ logicalId, role }) =>
        role === undefined ? [] : [[logicalId, role] as const],
      ),
      // A schedule acts with a role of its own.
      ...stack.schedules.flatMap(({ role }) =>
        role === undefined ? [] : [[role.arn, role] as const],
      ),
      // An integration of an API also has a role of its own.
      ...integrationRoles(stack),
    ]),
    secretArns: (id) => {
      const own = stack.secrets.find(
        ({ name, arn }) => id === name || id === arn || arn.slice(0, -'-xxxxxx'.length) === id,
      );
      return own?.arn ?? (id.startsWith('arn:') ? id : secretArn(stack, id));
    },
    resourcePolicies: stack.resourcePolicies,
    tableKeys: {
      partitionKeyOf(tableName, indexName) {
        const table = stack.tables.find((candidate) => candidate.tableName === tableName);
        if (indexName === undefined) return table?.keySchema.partitionKey;
        const indexes = [
          ...(table?.globalSecondaryIndexes ?? []),
          ...(table?.localSecondaryIndexes ?? []),
        ];
        return indexes.find((index) => index.indexName === indexName)?.keySchema.partitionKey;
      },
    },
  });
  if (mode !== 'off') {
    for (const { policy, statement, message } of gatekeeper.problems) {
      const where = statement === undefined ? policy : `${policy}, statement ${statement}`;
      events.warn('warn', `${where}: ${message}. It allows nothing here.`);
    }
    for (const { policy, statement, message } of new Map(
      stack.functions
        .flatMap(({ role }) => unknownActions(role?.policies ?? []))
        .map((problem) => [JSON.stringify(problem), problem]),
    ).values()) {
      events.warn('warn', `${policy}, statement ${statement ?? 0}: ${message}`);
    }
    for (const [logicalId, reason] of gatekeeper.unchecked) {
      events.warn('warn', `The permissions of ${logicalId} are not checked: ${reason}.`);
    }
  }
  return createEnforcement(mode, gatekeeper, events);
}
