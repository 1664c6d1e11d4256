import type { PermissionCase, PolicyJson } from './cases.ts';

/** A known reason why iam-simulate decides otherwise, and why ours is right. */
export interface Explanation {
  readonly reason: string;
  /**
   * Returns the case without the part that the two read differently. If they agree then, the reason
   * explains the case.
   */
  readonly without: (permissionCase: PermissionCase) => PermissionCase;
}

/**
 * All known reasons. Each was looked up or tried; `npm run bench -- permissions` fails on any other
 * difference.
 */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    reason:
      'iam-simulate compares the part of a resource up to its first "/" separately, so that "*" does not match beyond it, and it also uses the "/" in a variable\'s name as that one. AWS documents no such rule, and its own examples for execute-api rely on the opposite.',
    without: (permissionCase) =>
      mapStatements(permissionCase, (statement) =>
        mapTexts(statement, ['Resource', 'NotResource'], (text) =>
          text
            .replace(/^(arn:aws:execute-api:[^:]*:[^:]*:)\*\/dev\/\*$/, '$1abc123/dev/*')
            .replace(/^(arn:aws:sqs:[^:]*:[^:]*:)\$\{aws:PrincipalTag\/queue\}$/, '$1${queue}'),
        ),
      ),
  },
  {
    reason:
      'iam-simulate reads policy variables in policies of the version 2008-10-17 too. There they are ordinary text (IAM User Guide, "Policy variables").',
    without: (permissionCase) =>
      mapPolicies(permissionCase, (policy) => ({ ...policy, Version: '2012-10-17' })),
  },
  {
    reason:
      'iam-simulate compares seconds since 1970 with the milliseconds of an ISO date. IAM takes either form for one and the same time.',
    without: (permissionCase) =>
      mapStatements(withIsoContext(permissionCase), (statement) =>
        mapConditions(statement, (operator, key, values) =>
          operator.startsWith('Date')
            ? [operator, key, values.map((value) => toIso(value))]
            : [operator, key, values],
        ),
      ),
  },
  {
    reason:
      'iam-simulate lets ForAnyValue:…IfExists fail where the request has no such key. …IfExists is documented to hold then, for every operator but Null.',
    without: (permissionCase) =>
      mapStatements(permissionCase, (statement) =>
        mapConditions(statement, (operator, key, values) => [
          operator.startsWith('ForAnyValue:') ? operator.replace('IfExists', '') : operator,
          key,
          values,
        ]),
      ),
  },
];

/** The text with all seconds since 1970 as ISO dates. */
function toIso(value: string): string {
  return /^\d{10}$/.test(value) ? new Date(Number(value) * 1000).toISOString() : value;
}

function withIsoContext(permissionCase: PermissionCase): PermissionCase {
  const { 'aws:EpochTime': epoch, ...context } = permissionCase.context;
  if (typeof epoch !== 'string') return permissionCase;
  return { ...permissionCase, context: { ...context, 'aws:EpochTime': toIso(epoch) } };
}

type Statement = PolicyJson['Statement'][number];

function mapPolicies(
  permissionCase: PermissionCase,
  map: (policy: PolicyJson) => PolicyJson,
): PermissionCase {
  const { identityPolicies, boundary, resourcePolicy } = permissionCase;
  return {
    ...permissionCase,
    identityPolicies: identityPolicies.map(map),
    ...(boundary && { boundary: map(boundary) }),
    ...(resourcePolicy && { resourcePolicy: map(resourcePolicy) }),
  };
}

function mapStatements(
  permissionCase: PermissionCase,
  map: (statement: Statement) => Statement,
): PermissionCase {
  return mapPolicies(permissionCase, (policy) => ({
    ...policy,
    Statement: policy.Statement.map(map),
  }));
}

function mapTexts(
  statement: Statement,
  elements: readonly string[],
  map: (text: string) => string,
): Statement {
  const entries = Object.entries(statement).map(([element, value]): [string, unknown] => {
    if (!elements.includes(element)) return [element, value];
    return [element, typeof value === 'string' ? map(value) : (value as string[]).map(map)];
  });
  return Object.fromEntries(entries);
}

function mapConditions(
  statement: Statement,
  map: (
    operator: string,
    key: string,
    values: readonly string[],
  ) => [string, string, readonly string[]],
): Statement {
  if (statement.Condition === undefined) return statement;
  const block: Record<string, Record<string, readonly string[]>> = {};
  const given = statement.Condition as Record<string, Record<string, string[]>>;
  for (const [operator, keys] of Object.entries(given)) {
    for (const [key, values] of Object.entries(keys)) {
      const [newOperator, newKey, newValues] = map(operator, key, values);
      block[newOperator] = { ...block[newOperator], [newKey]: newValues };
    }
  }
  return { ...statement, Condition: block };
}
