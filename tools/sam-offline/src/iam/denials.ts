import type { NeededPermission } from './actions/index.ts';
import type { Decision } from './evaluate.ts';
import type { Principal, ServiceCaller } from './callers.ts';

/** A permission that a call needs and does not have. */
export interface Denial {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** The message that `AccessDeniedException` has on AWS. */
  readonly message: string;
  /**
   * The statement that denies, and its place in the template; absent if no statement allows the
   * call.
   */
  readonly deniedBy?: {
    readonly policy: string;
    readonly statement: number;
    readonly line?: number;
  };
  /**
   * What would allow the call: a statement for a function's `Policies`, or for a service the
   * resource to add.
   */
  readonly suggestion: Statement | ServicePermission;
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: string;
}

/**
 * The resource that would allow a service, or everybody, to invoke a function or to use another
 * resource.
 */
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

/** The permission that a service needs to invoke a function. */
export const INVOKE = 'lambda:InvokeFunction';

/** Makes the denial for a service that may not invoke a function. */
export function invocationDenial(
  { service, sourceArn }: ServiceCaller,
  functionArn: string,
): Denial {
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

/** Makes the denial for a request without a signature to a bucket or a function. */
export function anonymousDenial({ action, resource }: NeededPermission): Denial {
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

/** Makes the denial for a service that may not use a resource, such as a queue. */
export function serviceDenial(
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

const POLICY_TYPES = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  resource: 'resource-based policy',
} as const;

/**
 * Makes the denial for a principal's call, with AWS's message.
 *
 * @param lines the line in the template of each of the role's policies, by the policy's name
 */
export function denialOf(
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
