import { anyOf } from './conditions.ts';
import type { Patterns, Policy, Statement } from './policy-document.ts';
import type { Caller } from './principals.ts';
import type { AccessRequest, RequestContext } from './request.ts';

/** The policies that decide about a request within one account. */
export interface ApplyingPolicies {
  /** The policies of the IAM role or user. */
  readonly identity: readonly Policy[];
  /** The role's permissions boundary; absent if it has none. */
  readonly boundary?: Policy;
  /** The policy of the resource, for example of a queue. */
  readonly resource?: Policy;
}

export type Decision =
  | { readonly allowed: true; readonly statement: Statement }
  | {
      readonly allowed: false;
      /** Why a request is denied: a statement denies it, or no statement allows it. */
      readonly reason: 'explicitDeny' | 'implicitDeny';
      /** The kind of policy that decided. */
      readonly policyType: 'identity' | 'boundary' | 'resource';
      /** The statement that denies. */
      readonly statement?: Statement;
    };

/**
 * Decides about a request as AWS does within one account
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html).
 * A statement that denies always wins, in whichever policy it is. Otherwise the request needs a
 * statement that allows it: one of the identity's policies (and one of the boundary, if there is a
 * boundary), or one of the resource's policy.
 *
 * A resource policy that names the role's session, or everybody, allows the request whatever the
 * boundary says. One that names the role does not.
 *
 * @param caller who makes the request, for the `Principal` of a resource policy
 */
export function evaluate(
  request: AccessRequest,
  policies: ApplyingPolicies,
  caller: Caller,
): Decision {
  const kinds = [
    ['identity', policies.identity],
    ['boundary', policies.boundary === undefined ? [] : [policies.boundary]],
    ['resource', policies.resource === undefined ? [] : [policies.resource]],
  ] as const;
  for (const [policyType, list] of kinds) {
    const statement = find(list, 'Deny', request, caller);
    if (statement !== undefined) {
      return { allowed: false, reason: 'explicitDeny', policyType, statement };
    }
  }

  const byResource = policies.resource && findGrant(policies.resource, request, caller);
  if (byResource?.passesBoundary) return { allowed: true, statement: byResource.statement };
  const byIdentity = find(policies.identity, 'Allow', request, caller);
  const statement = byIdentity ?? byResource?.statement;
  if (statement === undefined) {
    return { allowed: false, reason: 'implicitDeny', policyType: 'identity' };
  }
  if (
    policies.boundary !== undefined &&
    find([policies.boundary], 'Allow', request, caller) === undefined
  ) {
    return { allowed: false, reason: 'implicitDeny', policyType: 'boundary' };
  }
  return { allowed: true, statement };
}

function find(
  policies: readonly Policy[],
  effect: Statement['effect'],
  request: AccessRequest,
  caller: Caller,
): Statement | undefined {
  for (const { statements } of policies) {
    for (const statement of statements) {
      if (statement.effect !== effect || !applies(statement, request)) continue;
      if (statement.principal === undefined || statement.principal.match(caller) !== undefined) {
        return statement;
      }
    }
  }
  return undefined;
}

/**
 * Finds the statement of a resource policy that allows the request by itself. A statement that
 * names the account does not: identity policies decide then.
 */
function findGrant(
  policy: Policy,
  request: AccessRequest,
  caller: Caller,
): { readonly statement: Statement; readonly passesBoundary: boolean } | undefined {
  let found: Statement | undefined;
  for (const statement of policy.statements) {
    if (statement.effect !== 'Allow' || !applies(statement, request)) continue;
    const match = statement.principal?.match(caller);
    if (match === 'itself' || match === 'everybody') return { statement, passesBoundary: true };
    if (match === 'role') found ??= statement;
  }
  return found && { statement: found, passesBoundary: false };
}

function applies(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  return (
    matches(statement.action, action, context) &&
    (statement.resource === undefined || matches(statement.resource, resource, context)) &&
    statement.conditions.every((condition) => condition.holds(context))
  );
}

function matches({ negated, patterns }: Patterns, text: string, context: RequestContext): boolean {
  const result = anyOf(patterns, (pattern) => pattern.matches(text, context));
  return result !== undefined && result !== negated;
}
