import * as z from 'zod';

/** The most items of a page. */
export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 20;

/** A query parameter that is a whole number: no sign, no fraction, no exponent. */
const limitSchema = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, `is not a whole number from 1 to ${MAX_PAGE_SIZE}`)
  .transform(Number)
  .refine((limit) => limit <= MAX_PAGE_SIZE, `is not a whole number from 1 to ${MAX_PAGE_SIZE}`)
  .default(DEFAULT_PAGE_SIZE)
  .meta({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
    description: 'How many items a page may have.',
    example: DEFAULT_PAGE_SIZE,
  });

const cursorSchema = z.string().min(1).max(1_024).optional().meta({
  type: 'string',
  description:
    '`nextCursor` of the previous page. It is valid for the same list, order and filter only.',
});

/** The query parameters of every list. */
export const pageQueryShape = { limit: limitSchema, cursor: cursorSchema };
