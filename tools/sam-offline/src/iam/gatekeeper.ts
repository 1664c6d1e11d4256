import {
  neededPermissions,
  type NeededPermission,
  type SecretArns,
  type ServiceCall,
  type TableKeys,
} from './actions/index.ts';
import { anonymousContext, callContext, serviceContext, type StackScope } from './call-context.ts';
import type { Principal, ServiceCaller } from './callers.ts';
import {
  anonymousDenial,
  denialOf,
  INVOKE,
  invocationDenial,
  serviceDenial,
  type Denial,
} from './denials.ts';
import { evaluate, type Decision } from './evaluate.ts';
import { parsePolicy, type Policy, type PolicyProblem } from './policy-document.ts';
import type { Caller } from './principals.ts';
import type { RequestContext } from './request.ts';
import { checkedRole, type CheckedRole, type PolicySource, type RolePolicies } from './roles.ts';

export interface GatekeeperOptions extends StackScope {
  /** By the principal's name. Whoever is not in it may do everything, as the operator. */
  readonly roles: ReadonlyMap<string, RolePolicies>;
  /** Resource policies, by the ARN of the resource. */
  readonly resourcePolicies: ReadonlyMap<string, PolicySource>;
  readonly tableKeys: TableKeys;
  readonly secretArns?: SecretArns;
}

/** The permissions that were granted, until one was denied. */
export interface Verdict {
  readonly denial?: Denial;
  readonly granted: readonly { readonly action: string; readonly resource: string }[];
}

export interface Gatekeeper {
  /** Whether a principal may make a call; a call that needs several permissions needs all of them. */
  checkCall(principal: Principal, call: Omit<ServiceCall, 'region' | 'accountId'>): Verdict;
  /** Whether a principal has one permission, for endpoints that are no service (`execute-api:Invoke`). */
  check(principal: Principal, needed: NeededPermission): Verdict;
  /** Whether a service may invoke a function, which the function's own policy has to allow. */
  checkInvocation(caller: ServiceCaller, functionArn: string): Verdict;
  /** Whether a service may use a resource (`sqs:SendMessage`), which the resource's own policy has to allow. */
  checkService(caller: ServiceCaller, needed: NeededPermission): Verdict;
  /** Whether everybody may have a permission on a function or a bucket, which the resource's own policy has to allow. */
  checkAnonymous(needed: NeededPermission): Verdict;
  /** Whether anything is known of a principal's permissions. Whoever is not checked passes. */
  isChecked(principal: Principal): boolean;
  /** What of the policies was not understood. */
  readonly problems: readonly PolicyProblem[];
  /** Principals whose calls are not checked, and why. */
  readonly unchecked: ReadonlyMap<string, string>;
}

/**
 * Decides on every call of a stack's functions as IAM does, from the policies of the template.
 */
export function createGatekeeper(options: GatekeeperOptions): Gatekeeper {
  const problems: PolicyProblem[] = [];
  const parse = ({ name, document }: PolicySource, type: 'identity' | 'resource'): Policy => {
    const policy = parsePolicy(name, document, { type });
    problems.push(...policy.problems);
    return policy;
  };
  const resourcePolicies = new Map(
    [...options.resourcePolicies].map(([arn, source]) => [arn, parse(source, 'resource')]),
  );
  const roles = new Map<string, CheckedRole>();
  const unchecked = new Map<string, string>();
  for (const [name, role] of options.roles) {
    if (role.unchecked !== undefined) unchecked.set(name, role.unchecked);
    else
      roles.set(
        name,
        checkedRole(role, (source) => parse(source, 'identity')),
      );
  }

  function decide(role: CheckedRole, principal: Principal, needed: NeededPermission): Decision {
    const { action, resource } = needed;
    const policy = resourcePolicies.get(policyArnOf(resource));
    const make = (): Decision =>
      evaluate(
        {
          principalArn: principal.arn,
          ...{ action, resource },
          context: callContext(options, principal, needed),
        },
        { ...role.policies, ...(policy && { resource: policy }) },
        { type: 'aws', arn: principal.arn, accountId: options.accountId },
      );
    return policy === undefined ? role.remember(action, resource, make) : make();
  }

  function checkAll(principal: Principal, needed: readonly NeededPermission[]): Verdict {
    const role = roles.get(principal.name);
    if (role === undefined) return { granted: [] };
    const granted: NeededPermission[] = [];
    for (const permission of needed) {
      const decision = decide(role, principal, permission);
      if (!decision.allowed) {
        return { granted, denial: denialOf(principal, permission, decision, role.lines) };
      }
      granted.push(permission);
    }
    return { granted };
  }

  /** Whether the resource's own policy allows it: services and anonymous callers have no other. */
  function resourceAllows(
    { action, resource }: NeededPermission,
    context: RequestContext,
    caller: Caller,
  ): boolean {
    const policy = resourcePolicies.get(policyArnOf(resource));
    return evaluate(
      { principalArn: '', action, resource, context },
      { identity: [], ...(policy && { resource: policy }) },
      caller,
    ).allowed;
  }

  function checkService(
    caller: ServiceCaller,
    needed: NeededPermission,
    denial: () => Denial,
  ): Verdict {
    const isAllowed = resourceAllows(needed, serviceContext(options, caller), {
      type: 'service',
      name: caller.service,
    });
    return { granted: [], ...(!isAllowed && { denial: denial() }) };
  }

  return {
    checkCall(principal, call) {
      if (!roles.has(principal.name)) return { granted: [] };
      const { region, accountId, tableKeys } = options;
      return checkAll(
        principal,
        neededPermissions({ ...call, region, accountId }, tableKeys, options.secretArns),
      );
    },
    check: (principal, needed) => checkAll(principal, [needed]),
    checkInvocation: (caller, functionArn) =>
      checkService(caller, { action: INVOKE, resource: functionArn }, () =>
        invocationDenial(caller, functionArn),
      ),
    checkService: (caller, needed) =>
      checkService(caller, needed, () => serviceDenial(caller, needed)),
    checkAnonymous(needed) {
      const isAllowed = resourceAllows(needed, anonymousContext(needed), { type: 'anonymous' });
      return { granted: [], ...(!isAllowed && { denial: anonymousDenial(needed) }) };
    },
    isChecked: (principal) => roles.has(principal.name),
    problems,
    unchecked,
  };
}

/** The ARN of the resource that has the policy for a resource; for an object that is its bucket. */
function policyArnOf(resource: string): string {
  return resource.startsWith('arn:aws:s3:::') ? (resource.split('/', 1)[0] ?? resource) : resource;
}
