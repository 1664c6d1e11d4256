import { z } from 'zod';

/** What a Lambda authorizer returns. Its policy is read by `src/iam`. */
export const authorizerResponse = z.object({
  principalId: z.string(),
  policyDocument: z.record(z.string(), z.unknown()),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
});
