import { createEventBus } from '../../events/index.ts';
import { createEnforcement, createGatekeeper, type Enforcement } from '../index.ts';

/**
 * Enforces one policy for the principal with this name. Every other principal may do everything.
 */
export function permissionsOf(name: string, statements: readonly object[]): Enforcement {
  const gatekeeper = createGatekeeper({
    region: 'ap-northeast-1',
    accountId: '123456789012',
    roles: new Map([
      [
        name,
        {
          policies: [
            {
              name: `${name}.Policies[0]`,
              document: { Version: '2012-10-17', Statement: statements },
            },
          ],
        },
      ],
    ]),
    resourcePolicies: new Map(),
    tableKeys: { partitionKeyOf: () => undefined },
  });
  return createEnforcement('enforce', gatekeeper, createEventBus());
}
