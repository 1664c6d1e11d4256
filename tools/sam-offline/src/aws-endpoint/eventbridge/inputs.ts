import { z } from 'zod';
import type { StoredTarget } from '../../event-buses/index.ts';
import { targetFields, targetFieldsOutput, targetInput } from '../target-input.ts';

/**
 * Gives the name of a bus.
 * @param nameOrArn a name or an ARN; without it, the default bus
 */
export function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
}

export const ruleTargetInput = targetInput.extend({
  Id: z.string(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({
      InputPathsMap: z.record(z.string(), z.string()).optional(),
      InputTemplate: z.string(),
    })
    .optional(),
});

/** Converts a target of an input to a stored target. */
export function targetOf(input: z.output<typeof ruleTargetInput>): StoredTarget {
  const { InputTransformer: transformer } = input;
  return {
    id: input.Id,
    ...targetFields(input),
    ...(input.InputPath !== undefined && { inputPath: input.InputPath }),
    ...(transformer && {
      inputTransformer: {
        inputPathsMap: transformer.InputPathsMap ?? {},
        inputTemplate: transformer.InputTemplate,
      },
    }),
  };
}

/** Converts a stored target to a target of a response. */
export function targetOutput(target: StoredTarget) {
  const { inputTransformer: transformer } = target;
  return {
    Id: target.id,
    ...targetFieldsOutput(target),
    InputPath: target.inputPath,
    InputTransformer: transformer && {
      InputPathsMap: new Map(Object.entries(transformer.inputPathsMap)),
      InputTemplate: transformer.inputTemplate,
    },
  };
}
