import { z } from 'zod';
import { integerScalar } from '../protocol/index.ts';
import { invalidParameter } from './errors.ts';

export const groupNameInput = z
  .string('is not a string')
  .min(1, 'is empty')
  .max(512, 'is longer than 512 characters')
  .regex(
    /^[-._/#A-Za-z0-9]*$/,
    'contains characters other than letters, digits and "-", "_", "/", ".", "#"',
  );

export const streamNameInput = z
  .string('is not a string')
  .min(1, 'is empty')
  .max(512, 'is longer than 512 characters')
  .regex(/^[^:*]*$/, 'has ":" or "*"');

/** A time as whole ms since 1970. */
export const timestampInput = integerScalar.refine((value) => value >= 0, 'is below 0');

/** Makes the schema of a limit from 1 to `maximum` items. */
export function limitInput(maximum: number) {
  return integerScalar.refine(
    (value) => value >= 1 && value <= maximum,
    `is not from 1 to ${maximum}`,
  );
}

/** The members that name a group: its name, or an identifier, which is a name or an ARN. */
export const groupInput = {
  logGroupName: groupNameInput.optional(),
  logGroupIdentifier: z
    .string('is not a string')
    .min(1, 'is empty')
    .max(2048, 'is too long')
    .optional(),
};

/**
 * Gives the name of the group that a call names.
 * @throws ServiceError if the call names no group or two groups
 */
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
