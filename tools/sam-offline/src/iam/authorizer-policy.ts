import { evaluate } from './evaluate.ts';
import type { Policy } from './policy-document.ts';
import { createContext } from './request.ts';

/**
 * Whether the policy that a Lambda authorizer returned lets a route be invoked, or a statement of it denies that, or none
 * allows it. Such a policy belongs to no principal of IAM, so the
 * only condition keys are those of the request.
 *
 * @param routeArn `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/GET/posts`
 * @param sourceIp the client's address
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
