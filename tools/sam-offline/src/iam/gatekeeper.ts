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
  /**
   * The roles by the principal's name. A principal without one, such as the operator, may do
   * everything.
   */
  readonly roles: ReadonlyMap<string, RolePolicies>;
  /** Resource policies, by the ARN of the resource. */
  readonly resourcePolicies: ReadonlyMap<string, PolicySource>;
  readonly tableKeys: TableKeys;
  readonly secretArns?: SecretArns;
}

/**
 * The result of a check: the permissions that were granted before the first one was denied, and the
 * denial.
 */
export interface Verdict {
  readonly denial?: Denial;
  readonly granted: readonly { readonly action: string; readonly resource: string }[];
}

export interface Gatekeeper {
  /**
   * Checks whether a principal may make a call. A call that needs several permissions needs all of
   * them.
   */
  checkCall(principal: Principal, call: Omit<ServiceCall, 'region' | 'accountId'>): Verdict;
  /**
   * Checks one permission of a principal, for endpoints that are not a service's API
   * (`execute-api:Invoke`).
   */
  check(principal: Principal, needed: NeededPermission): Verdict;
  /**
   * Checks whether a service may invoke a function. The function's resource policy has to allow it.
   */
  checkInvocation(caller: ServiceCaller, functionArn: string): Verdict;
  /**
   * Checks whether a service may use a resource (`sqs:SendMessage`). The resource's policy has to
   * allow it.
   */
  checkService(caller: ServiceCaller, needed: NeededPermission): Verdict;
  /**
   * Checks a request without a signature to a function or a bucket. The resource's policy has to
   * allow it.
   */
  checkAnonymous(needed: NeededPermission): Verdict;
  /**
   * Tells whether a principal's permissions are known. Calls of a principal that is not checked are
   * allowed.
   */
  isChecked(principal: Principal): boolean;
  /** The parts of the policies that were not understood. */
  readonly problems: readonly PolicyProblem[];
  /** The reason why a principal's calls are not checked, by the principal's name. */
  readonly unchecked: ReadonlyMap<string, string>;
}

/** Decides about each call of a stack's functions as IAM does, by the policies of the template. */
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

  /**
   * Checks the resource's policy. It is the only policy that applies to services and anonymous
   * callers.
   */
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

/** Gives the ARN of the resource that has the policy: for an S3 object, its bucket. */
function policyArnOf(resource: string): string {
  return resource.startsWith('arn:aws:s3:::') ? (resource.split('/', 1)[0] ?? resource) : resource;
}
