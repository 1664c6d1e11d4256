import { createGatekeeper } from '@blogapp/sam-offline/iam';
import { ACCOUNT } from './cases.ts';

const REGION = 'ap-northeast-1';
const TABLES = ['posts', 'comments', 'favorites', 'connections', 'counters'];
const CALLS = 200_000;

const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;

/**
 * Measures what it costs to decide on a call of a stack's function: of a role with a statement for each
 * of five tables, as a function of the blog has them, and calls with the keys of 1,000 users in turn.
 *
 * @param condition whether the statements have a condition on the key of the item, so that no
 * decision can be remembered
 * @returns µs a call
 */
export function timeStackCalls(condition: boolean): number {
  const role = {
    name: 'Writer.Policies',
    document: {
      Version: '2012-10-17',
      Statement: TABLES.map((table) => ({
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        Resource: [tableArn(table), `${tableArn(table)}/index/*`],
        ...(condition && {
          Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['user-*'] } },
        }),
      })),
    },
  };
  const gatekeeper = createGatekeeper({
    ...{ region: REGION, accountId: ACCOUNT },
    roles: new Map([['Writer', { policies: [role] }]]),
    resourcePolicies: new Map(),
    tableKeys: { partitionKeyOf: () => 'userId' },
  });
  const writer = { name: 'Writer', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/writer/Writer` };
  const calls = Array.from({ length: 1000 }, (_, user) => ({
    ...{ service: 'dynamodb', operation: 'GetItem' },
    input: { TableName: TABLES[user % TABLES.length], Key: { userId: { S: `user-${user}` } } },
  }));
  const run = (): void => {
    for (const call of calls) {
      const { denial } = gatekeeper.checkCall(writer, call);
      if (denial !== undefined) throw new Error(denial.message);
    }
  };
  run();
  const start = performance.now();
  for (let done = 0; done < CALLS; done += calls.length) run();
  return ((performance.now() - start) * 1000) / CALLS;
}
