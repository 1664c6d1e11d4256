/** Finds out whether a statement of a resource policy is about a caller. */
export interface PrincipalMatcher {
  /**
   * Tells how the statement names a caller: by its own ARN, by the ARN of its role, by its account,
   * as everybody, or not at all. A statement that names the account allows nothing by itself: the
   * identity policies of the account decide.
   */
  match(caller: Caller): PrincipalMatch | undefined;
}

export type PrincipalMatch = 'itself' | 'role' | 'account' | 'everybody';

/** The caller: a principal of an account, an AWS service, or anonymous. */
export type Caller =
  | { readonly type: 'aws'; readonly arn: string; readonly accountId: string }
  /** `apigateway.amazonaws.com` */
  | { readonly type: 'service'; readonly name: string }
  /** The request has no signature. */
  | { readonly type: 'anonymous' };

/**
 * Compiles `Principal` or `NotPrincipal`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 *
 * @returns the compiled principal, or a sentence that says what was not understood
 */
export function parsePrincipal(value: unknown, negated: boolean): PrincipalMatcher | string {
  const listed = namesOf(value);
  if (typeof listed === 'string') return listed;
  const match = (caller: Caller): PrincipalMatch | undefined => {
    if (listed.everybody) return 'everybody';
    if (caller.type === 'anonymous') return undefined;
    if (caller.type === 'service') return listed.services.has(caller.name) ? 'itself' : undefined;
    if (listed.principals.has(caller.arn)) return 'itself';
    const role = roleOf(caller.arn);
    if (role !== undefined && listed.principals.has(role)) return 'role';
    const account = [caller.accountId, `arn:aws:iam::${caller.accountId}:root`];
    return account.some((name) => listed.principals.has(name)) ? 'account' : undefined;
  };
  if (!negated) return { match };
  return { match: (caller: Caller) => (match(caller) === undefined ? 'everybody' : undefined) };
}

interface Names {
  everybody: boolean;
  readonly principals: Set<string>;
  readonly services: Set<string>;
}

function namesOf(value: unknown): Names | string {
  const names: Names = { everybody: value === '*', principals: new Set(), services: new Set() };
  if (names.everybody) return names;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `Principal is ${JSON.stringify(value)}; expected "*" or an object such as {"AWS": "<ARN>"}`;
  }
  for (const [type, listed] of Object.entries(value as Record<string, unknown>)) {
    for (const name of Array.isArray(listed) ? (listed as unknown[]) : [listed]) {
      if (typeof name !== 'string' && typeof name !== 'number') {
        return `Principal.${type} is ${JSON.stringify(name)}; expected a string`;
      }
      if (type === 'AWS' && name === '*') names.everybody = true;
      else if (type === 'AWS') names.principals.add(String(name));
      else if (type === 'Service') names.services.add(String(name));
      else if (type !== 'Federated' && type !== 'CanonicalUser') {
        return `Principal.${type} is unknown; expected AWS, Service, Federated or CanonicalUser`;
      }
    }
  }
  return names;
}

const SESSION = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.+$/;

/** Gives the ARN of a session's role; undefined if the ARN is not a session's. */
function roleOf(arn: string): string | undefined {
  const [, partition, accountId, role] = SESSION.exec(arn) ?? [];
  return role && `arn:${partition ?? ''}:iam::${accountId ?? ''}:role/${role}`;
}
