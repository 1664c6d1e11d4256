import { z } from 'zod';

const oneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** What a Lambda authorizer returns. */
export const authorizerResponse = z.object({
  principalId: z.string(),
  policyDocument: z.object({
    Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]).pipe(
      z.array(
        z.object({
          Effect: z.enum(['Allow', 'Deny']),
          Action: oneOrMany,
          Resource: oneOrMany,
        }),
      ),
    ),
  }),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
});

export type PolicyDocument = z.infer<typeof authorizerResponse>['policyDocument'];

/**
 * IAM's evaluation, as far as authorizers go: an explicit deny wins, then an allow, and where
 * nothing matches it is a deny.
 */
export function allows(policy: PolicyDocument, action: string, resource: string): boolean {
  let allowed = false;
  for (const statement of policy.Statement) {
    const applies =
      statement.Action.some((pattern) => matches(pattern, action, 'i')) &&
      statement.Resource.some((pattern) => matches(pattern, resource, ''));
    if (!applies) continue;
    if (statement.Effect === 'Deny') return false;
    allowed = true;
  }
  return allowed;
}

/** `*` is any number of characters, `?` is one; actions are compared without case. */
function matches(pattern: string, text: string, flags: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}
