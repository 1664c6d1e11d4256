import { z } from 'zod';

/**
 * The input members that targets of EventBridge's rules and of EventBridge Scheduler have in
 * common.
 */
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

/** Converts these members to those of a stored target. */
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

/** Converts them to those of a response, which contains only the members that were set. */
export function targetFieldsOutput(target: ReturnType<typeof targetFields>) {
  const { deadLetterArn, maximumRetryAttempts, maximumEventAgeMs, messageGroupId } = target;
  const hasRetryPolicy = maximumRetryAttempts !== undefined || maximumEventAgeMs !== undefined;
  return {
    Arn: target.arn,
    Input: target.input,
    DeadLetterConfig: deadLetterArn === undefined ? undefined : { Arn: deadLetterArn },
    RetryPolicy: hasRetryPolicy
      ? {
          MaximumRetryAttempts: maximumRetryAttempts,
          MaximumEventAgeInSeconds:
            maximumEventAgeMs === undefined ? undefined : maximumEventAgeMs / 1000,
        }
      : undefined,
    SqsParameters: messageGroupId === undefined ? undefined : { MessageGroupId: messageGroupId },
  };
}
