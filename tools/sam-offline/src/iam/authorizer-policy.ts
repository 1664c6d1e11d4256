import { evaluate } from './evaluate.ts';
import type { Policy } from './policy-document.ts';
import { createContext } from './request.ts';

/**
 * Decides by the policy that a Lambda authorizer returned whether a route may be invoked. The
 * policy belongs to no IAM principal, so only the request has condition keys.
 *
 * @param routeArn `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/GET/posts`
 * @param sourceIp the client's IP address
 * @returns `explicitDeny` if a statement denies the route, `implicitDeny` if no statement allows it
 */
export function decideInvoke(
  policy: Policy,
  routeArn: string,
  sourceIp: string,
): 'allowed' | 'explicitDeny' | 'implicitDeny' {
  const now = new Date();
  const decision = evaluate(
    {
      principalArn: '',
      action: 'execute-api:Invoke',
      resource: routeArn,
      context: createContext({
        'aws:SourceIp': sourceIp,
        'aws:CurrentTime': now.toISOString(),
        'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
        'aws:SecureTransport': 'true',
      }),
    },
    { identity: [policy] },
    { type: 'aws', arn: '', accountId: '' },
  );
  return decision.allowed ? 'allowed' : decision.reason;
}
