import type { NeededPermission } from './actions/index.ts';
import type { Principal, ServiceCaller } from './callers.ts';
import { createContext, type ContextValue, type RequestContext } from './request.ts';

/** The region and the account of a stack. */
export interface StackScope {
  readonly region: string;
  readonly accountId: string;
}

/**
 * Every request on this machine has these values. On AWS, SDKs make their calls over TLS, so that
 * `aws:SecureTransport` is true.
 */
const LOCAL = { 'aws:SecureTransport': 'true', 'aws:SourceIp': '127.0.0.1' };

/**
 * Makes the condition keys of a principal's call: the global keys and the service's keys. They are
 * made when a condition first asks for one.
 */
export function callContext(
  scope: StackScope,
  principal: Principal,
  needed: NeededPermission,
): RequestContext {
  let context: RequestContext | undefined;
  return {
    get: (key) => (context ??= createContext(valuesOf(scope, principal, needed))).get(key),
  };
}

function valuesOf(
  { region, accountId }: StackScope,
  { arn }: Principal,
  { context }: NeededPermission,
): Readonly<Record<string, ContextValue>> {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  const now = new Date();
  return {
    ...LOCAL,
    'aws:PrincipalArn': role === undefined ? arn : `arn:aws:iam::${accountId}:role/${role}`,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalType': role === undefined ? 'User' : 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:ResourceAccount': accountId,
    'aws:RequestedRegion': region,
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    ...context?.(),
  };
}

/** Makes the condition keys of a call that an AWS service makes for a resource. */
export function serviceContext(
  { accountId }: StackScope,
  { service, sourceArn }: ServiceCaller,
): RequestContext {
  return createContext({
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': accountId,
    'aws:PrincipalServiceName': service,
    'aws:PrincipalIsAWSService': 'true',
    'aws:SecureTransport': LOCAL['aws:SecureTransport'],
  });
}

/** Makes the condition keys of a request without a signature. */
export function anonymousContext({ context }: NeededPermission): RequestContext {
  return createContext({ ...LOCAL, ...context?.() });
}
