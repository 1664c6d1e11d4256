import { z } from 'zod';
import { integerScalar } from '../protocol/index.ts';
import { invalidParameter } from './errors.ts';

export const groupNameInput = z
  .string('is not a text')
  .min(1, 'is empty')
  .max(512, 'is longer than 512 characters')
  .regex(
    /^[-._/#A-Za-z0-9]*$/,
    'has other characters than letters, digits and "-", "_", "/", ".", "#"',
  );

export const streamNameInput = z
  .string('is not a text')
  .min(1, 'is empty')
  .max(512, 'is longer than 512 characters')
  .regex(/^[^:*]*$/, 'has ":" or "*"');

/** Whole ms since 1970. */
export const timestampInput = integerScalar.refine((value) => value >= 0, 'is below 0');

export function limitInput(maximum: number) {
  return integerScalar.refine(
    (value) => value >= 1 && value <= maximum,
    `is not from 1 to ${maximum}`,
  );
}

/** Operations name their group by its name, or by an identifier, which is a name or an ARN. */
export const groupInput = {
  logGroupName: groupNameInput.optional(),
  logGroupIdentifier: z
    .string('is not a text')
    .min(1, 'is empty')
    .max(2048, 'is too long')
    .optional(),
};

/** @throws ServiceError where a call names no group, or two */
export function groupOf(input: {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}): string {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if (name !== undefined && identifier !== undefined) {
    throw invalidParameter('LogGroup name and LogGroup identifier cannot both be given.');
  }
  const given = name ?? identifier;
  if (given === undefined)
    throw invalidParameter('LogGroup name or LogGroup identifier is required.');
  return /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(given)?.[1] ?? given;
}
