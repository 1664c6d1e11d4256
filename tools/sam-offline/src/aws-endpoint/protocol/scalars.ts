import { z } from 'zod';

/** Scalars of inputs. They are strings in the Query protocol and have types in the others. */

const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity,
  '-Infinity': -Infinity,
};

/**
 * Reads a number, including NaN and the infinities. The operation decides whether they are allowed.
 */
export const numberScalar = z.unknown().transform((value, context): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') {
    if (Object.hasOwn(NOT_FINITE, value)) return NOT_FINITE[value] ?? NaN;
    const number = Number(value);
    if (value.trim() !== '' && !Number.isNaN(number)) return number;
  }
  return refuse(context, value, 'a number');
});

export const integerScalar = numberScalar.refine(Number.isSafeInteger, 'is not a whole number');

export const booleanScalar = z.unknown().transform((value, context): boolean => {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  return refuse(context, value, 'true or false');
});

/** Reads a time as ms since 1970. JSON and CBOR have seconds, the Query protocol has ISO 8601. */
export const timeScalar = z.unknown().transform((value, context): number => {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value * 1000;
  if (typeof value === 'string') {
    const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
    if (Number.isFinite(ms)) return ms;
  }
  return refuse(context, value, 'a time');
});

function refuse(context: z.RefinementCtx, input: unknown, expected: string): never {
  context.addIssue({
    code: 'custom',
    input,
    message: input === undefined ? 'is required' : `is not ${expected}`,
  });
  return z.NEVER;
}
