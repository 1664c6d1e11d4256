import { z } from 'zod';
import type { StoredTarget } from '../../event-buses/index.ts';

/** A bus by its name or its ARN. */
export function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
}

export const targetInput = z.object({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({
      InputPathsMap: z.record(z.string(), z.string()).optional(),
      InputTemplate: z.string(),
    })
    .optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.number().optional(),
      MaximumEventAgeInSeconds: z.number().optional(),
    })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().optional() }).optional(),
});

export function targetOf(input: z.output<typeof targetInput>): StoredTarget {
  const { InputTransformer: transformer, RetryPolicy: retry } = input;
  const deadLetterArn = input.DeadLetterConfig?.Arn;
  const group = input.SqsParameters?.MessageGroupId;
  return {
    id: input.Id,
    arn: input.Arn,
    ...(input.Input !== undefined && { input: input.Input }),
    ...(input.InputPath !== undefined && { inputPath: input.InputPath }),
    ...(transformer && {
      inputTransformer: {
        inputPathsMap: transformer.InputPathsMap ?? {},
        inputTemplate: transformer.InputTemplate,
      },
    }),
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

export function targetOutput(target: StoredTarget) {
  const { inputTransformer: transformer, deadLetterArn, messageGroupId } = target;
  return {
    ...{ Id: target.id, Arn: target.arn, Input: target.input, InputPath: target.inputPath },
    InputTransformer: transformer && {
      InputPathsMap: new Map(Object.entries(transformer.inputPathsMap)),
      InputTemplate: transformer.inputTemplate,
    },
    DeadLetterConfig: deadLetterArn === undefined ? undefined : { Arn: deadLetterArn },
    SqsParameters: messageGroupId === undefined ? undefined : { MessageGroupId: messageGroupId },
  };
}
