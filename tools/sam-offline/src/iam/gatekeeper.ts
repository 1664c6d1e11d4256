import {
  neededPermissions,
  type NeededPermission,
  type SecretArns,
  type ServiceCall,
  type TableKeys,
} from './actions/index.ts';
import { evaluate, type ApplyingPolicies, type Decision } from './evaluate.ts';
import { parsePolicy, type Policy, type PolicyProblem } from './policy-document.ts';
import { type ContextValue, createContext } from './request.ts';

/** A policy document, resolved, and where it stands. */
export interface PolicySource {
  /** `MyFunction.Policies[0].DynamoDBCrudPolicy`, a managed policy's name, or a resource's logical id. */
  readonly name: string;
  /** In the template. */
  readonly line?: number;
  readonly document: unknown;
  /** AWS manages it, or SAM attaches it by itself: the template does not have its statements. */
  readonly isAttached?: true;
}

/** Whose calls are checked, and by what. */
export interface RolePolicies {
  readonly policies: readonly PolicySource[];
  readonly boundary?: PolicySource;
  /** Why not all of its policies are known. Its calls pass, since they may be allowed. */
  readonly unchecked?: string;
}

/** Who calls, as the signature says. */
export interface Principal {
  /** `operator`, or a function's logical id. */
  readonly name: string;
  /** The ARN of the user, or of the session of the role. */
  readonly arn: string;
}

export interface GatekeeperOptions {
  readonly region: string;
  readonly accountId: string;
  /** By the principal's name. Whoever is not in it may do everything, as the operator. */
  readonly roles: ReadonlyMap<string, RolePolicies>;
  /** Resource policies, by the ARN of the resource. */
  readonly resourcePolicies: ReadonlyMap<string, PolicySource>;
  readonly tableKeys: TableKeys;
  readonly secretArns?: SecretArns;
}

/** A permission that a call needs and does not have. */
export interface Denial {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** AWS's sentence, as `AccessDeniedException` has it. */
  readonly message: string;
  /** The statement that denies, and where it stands; absent where none allows. */
  readonly deniedBy?: {
    readonly policy: string;
    readonly statement: number;
    readonly line?: number;
  };
  /** The statement that would allow it, for a function's `Policies`; for a service, the resource. */
  readonly suggestion: Statement | ServicePermission;
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: string;
}

/** What lets a service, or everybody, invoke a function, or use another resource. */
type ServicePermission =
  | {
      readonly Type: 'AWS::Lambda::Permission';
      readonly Properties: Readonly<Record<'Action' | 'FunctionName' | 'Principal', string>> & {
        readonly SourceArn?: string;
        readonly FunctionUrlAuthType?: string;
        readonly InvokedViaFunctionUrl?: boolean;
      };
    }
  | (Statement & {
      readonly Principal: '*' | { readonly Service: string };
      readonly Condition?: { readonly ArnLike: { readonly 'aws:SourceArn': string } };
    });

/** A service of AWS that acts for a resource. */
export interface ServiceCaller {
  /** `apigateway.amazonaws.com` */
  readonly service: string;
  /** What it acts for: `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/GET/posts` */
  readonly sourceArn: string;
}

/** What a check found: what was granted, until something was not. */
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

interface CompiledRole {
  readonly policies: Pick<ApplyingPolicies, 'identity' | 'boundary'>;
  readonly lines: ReadonlyMap<string, number>;
  /** Decisions by action and resource, where no condition and no variable has a part in them. */
  readonly decisions: Map<string, Decision>;
  readonly isConstant: boolean;
}

/** A decision is remembered for so many pairs of action and resource; then all are forgotten. */
const REMEMBERED = 10_000;

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
  const roles = new Map<string, CompiledRole>();
  const unchecked = new Map<string, string>();
  for (const [name, role] of options.roles) {
    if (role.unchecked !== undefined) {
      unchecked.set(name, role.unchecked);
      continue;
    }
    const identity = role.policies.map((source) => parse(source, 'identity'));
    const boundary = role.boundary && parse(role.boundary, 'identity');
    const sources = [...role.policies, ...(role.boundary ? [role.boundary] : [])];
    roles.set(name, {
      policies: { identity, ...(boundary && { boundary }) },
      lines: new Map(
        sources.flatMap((source) =>
          source.line === undefined ? [] : [[source.name, source.line] as const],
        ),
      ),
      decisions: new Map(),
      isConstant: [...identity, ...(boundary ? [boundary] : [])].every(isConstant),
    });
  }

  function decide(role: CompiledRole, principal: Principal, needed: NeededPermission): Decision {
    const resource = resourcePolicies.get(policyArnOf(needed.resource));
    const remembers = role.isConstant && resource === undefined;
    const key = `${needed.action} ${needed.resource}`;
    const known = remembers ? role.decisions.get(key) : undefined;
    if (known !== undefined) return known;
    const decision = evaluate(
      {
        principalArn: principal.arn,
        action: needed.action,
        resource: needed.resource,
        context: lazyContext(() => contextOf(options, principal, needed)),
      },
      { ...role.policies, ...(resource && { resource }) },
      { type: 'aws', arn: principal.arn, accountId: options.accountId },
    );
    if (remembers) {
      if (role.decisions.size >= REMEMBERED) role.decisions.clear();
      role.decisions.set(key, decision);
    }
    return decision;
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

  function allowsService({ service, sourceArn }: ServiceCaller, needed: NeededPermission): boolean {
    const resource = resourcePolicies.get(needed.resource);
    const decision = evaluate(
      {
        principalArn: '',
        action: needed.action,
        resource: needed.resource,
        context: createContext({
          'aws:SourceArn': sourceArn,
          'aws:SourceAccount': options.accountId,
          'aws:PrincipalServiceName': service,
          'aws:PrincipalIsAWSService': 'true',
          'aws:SecureTransport': 'true',
        }),
      },
      { identity: [], ...(resource && { resource }) },
      { type: 'service', name: service },
    );
    return decision.allowed;
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
    checkInvocation(caller, functionArn) {
      const needed = { action: INVOKE, resource: functionArn };
      return allowsService(caller, needed)
        ? { granted: [] }
        : { granted: [], denial: invocationDenial(caller, functionArn) };
    },
    checkService: (caller, needed) =>
      allowsService(caller, needed)
        ? { granted: [] }
        : { granted: [], denial: serviceDenial(caller, needed) },
    checkAnonymous(needed) {
      const resource = resourcePolicies.get(policyArnOf(needed.resource));
      const { action, context } = needed;
      const decision = evaluate(
        {
          ...{ principalArn: '', action, resource: needed.resource },
          context: createContext({ ...ANONYMOUS_CONTEXT, ...context?.() }),
        },
        { identity: [], ...(resource && { resource }) },
        { type: 'anonymous' },
      );
      return decision.allowed ? { granted: [] } : { granted: [], denial: anonymousDenial(needed) };
    },
    isChecked: (principal) => roles.has(principal.name),
    problems,
    unchecked,
  };
}

const INVOKE = 'lambda:InvokeFunction';

function invocationDenial({ service, sourceArn }: ServiceCaller, functionArn: string): Denial {
  return {
    principal: { name: service, arn: sourceArn },
    action: INVOKE,
    resource: functionArn,
    message: `Invalid permissions on Lambda function: ${service} may not invoke ${functionArn} for ${sourceArn} because no AWS::Lambda::Permission allows it`,
    suggestion: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: INVOKE,
        FunctionName: functionArn,
        Principal: service,
        SourceArn: sourceArn,
      },
    },
  };
}

/** What every request on this machine has, whoever sent it. */
const ANONYMOUS_CONTEXT = { 'aws:SecureTransport': 'true', 'aws:SourceIp': '127.0.0.1' };

function anonymousDenial({ action, resource }: NeededPermission): Denial {
  const principal = { name: 'everybody', arn: '*' };
  if (resource.startsWith('arn:aws:s3:::')) {
    return {
      ...{ principal, action, resource },
      message: `everybody may not ${action} on ${resource} because no policy of the bucket allows it`,
      suggestion: { Effect: 'Allow', Principal: '*', Action: action, Resource: resource },
    };
  }
  return {
    ...{ principal, action, resource },
    message: `Invalid permissions on Lambda function: everybody may not ${action} ${resource} because no AWS::Lambda::Permission allows it`,
    suggestion: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        ...{ Action: action, FunctionName: resource, Principal: '*' },
        ...(action === INVOKE ? { InvokedViaFunctionUrl: true } : { FunctionUrlAuthType: 'NONE' }),
      },
    },
  };
}

function serviceDenial(
  { service, sourceArn }: ServiceCaller,
  { action, resource }: NeededPermission,
): Denial {
  return {
    principal: { name: service, arn: sourceArn },
    ...{ action, resource },
    message: `${service} may not ${action} on ${resource} for ${sourceArn} because no policy of that resource allows it`,
    suggestion: {
      Effect: 'Allow',
      Principal: { Service: service },
      ...{ Action: action, Resource: resource },
      Condition: { ArnLike: { 'aws:SourceArn': sourceArn } },
    },
  };
}

/** The ARN of the resource whose policy is for a resource: the objects of a bucket have the bucket's. */
function policyArnOf(resource: string): string {
  return resource.startsWith('arn:aws:s3:::') ? (resource.split('/', 1)[0] ?? resource) : resource;
}

/** Whether a policy decides by action and resource alone. */
function isConstant({ statements }: Policy): boolean {
  return statements.every(
    ({ conditions, resource }) =>
      conditions.length === 0 &&
      (resource?.patterns ?? []).every((pattern) => !pattern.text.includes('${')),
  );
}

function lazyContext(
  make: () => Readonly<Record<string, ContextValue>>,
): ReturnType<typeof createContext> {
  let context: ReturnType<typeof createContext> | undefined;
  return { get: (key) => (context ??= createContext(make())).get(key) };
}

/** The global condition keys that a call on this machine has, and the service's own. */
function contextOf(
  { region, accountId }: GatekeeperOptions,
  { arn }: Principal,
  { context }: NeededPermission,
): Readonly<Record<string, ContextValue>> {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  const now = new Date();
  return {
    'aws:PrincipalArn': role === undefined ? arn : `arn:aws:iam::${accountId}:role/${role}`,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalType': role === undefined ? 'User' : 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:ResourceAccount': accountId,
    'aws:RequestedRegion': region,
    // On AWS, an SDK's calls are made over TLS; a policy that asks for it is satisfied there.
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    ...context?.(),
  };
}

const POLICY_TYPES = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  resource: 'resource-based policy',
} as const;

function denialOf(
  principal: Principal,
  { action, resource }: NeededPermission,
  decision: Extract<Decision, { allowed: false }>,
  lines: ReadonlyMap<string, number>,
): Denial {
  const type = POLICY_TYPES[decision.policyType];
  const article = decision.policyType === 'identity' ? 'an' : 'a';
  const why =
    decision.reason === 'explicitDeny'
      ? `with an explicit deny in ${article} ${type}`
      : `because no ${type} allows the ${action} action`;
  const { statement } = decision;
  const line = statement && lines.get(statement.policy);
  return {
    ...{ principal, action, resource },
    message: `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
    ...(statement && {
      deniedBy: {
        policy: statement.policy,
        statement: statement.index,
        ...(line !== undefined && { line }),
      },
    }),
    suggestion: { Effect: 'Allow', Action: action, Resource: resource },
  };
}
