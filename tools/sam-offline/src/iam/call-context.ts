import type { NeededPermission } from './actions/index.ts';
import type { Principal, ServiceCaller } from './callers.ts';
import { createContext, type ContextValue, type RequestContext } from './request.ts';

/** The region and the account that a stack runs in. */
export interface StackScope {
  readonly region: string;
  readonly accountId: string;
}

/** What every request on this machine has. On AWS, an SDK's calls are made over TLS. */
const LOCAL = { 'aws:SecureTransport': 'true', 'aws:SourceIp': '127.0.0.1' };

/**
 * The condition keys of a principal's call: the global ones, and those of the service. They are made when
 * the first condition asks for one.
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

/** The condition keys of a call that a service makes for a resource. */
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

/** The condition keys of a request that nobody signed. */
export function anonymousContext({ context }: NeededPermission): RequestContext {
  return createContext({ ...LOCAL, ...context?.() });
}
