import { z } from 'zod';

/** What targets of EventBridge's rules and of its Scheduler have alike. */
export const targetInput = z.object({
  Arn: z.string(),
  Input: z.string().optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.number().optional(),
      MaximumEventAgeInSeconds: z.number().optional(),
    })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().optional() }).optional(),
});

/** The same, as it is stored. */
export function targetFields(input: z.output<typeof targetInput>) {
  const { Input: text, RetryPolicy: retry } = input;
  const deadLetterArn = input.DeadLetterConfig?.Arn;
  const group = input.SqsParameters?.MessageGroupId;
  return {
    arn: input.Arn,
    ...(text !== undefined && { input: text }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    ...(retry?.MaximumRetryAttempts !== undefined && {
      maximumRetryAttempts: retry.MaximumRetryAttempts,
    }),
    ...(retry?.MaximumEventAgeInSeconds !== undefined && {
      maximumEventAgeMs: retry.MaximumEventAgeInSeconds * 1000,
    }),
    ...(group !== undefined && { messageGroupId: group }),
  };
}
