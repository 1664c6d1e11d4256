import type { InvalidPart } from '@blogapp/shared-types/rest';
import type * as z from 'zod';

/** How many faults of a request are named. */
export const MAX_FAULTS = 20;

export type Checked = { readonly ok: true; readonly value: unknown } | Invalid;

export interface Invalid {
  readonly ok: false;
  readonly errors: readonly InvalidPart[];
}

/** Checks a body; faults are named by JSON pointers. */
export function checkBody(schema: z.ZodType, value: unknown): Checked {
  return check(schema, value, (path) => ({ pointer: pointerOf(path) }));
}

/** Checks a query; faults are named by parameter. */
export function checkQuery(schema: z.ZodType, value: unknown): Checked {
  return check(schema, value, ([parameter]) => ({ parameter: String(parameter ?? '') }));
}

function check(
  schema: z.ZodType,
  value: unknown,
  placeOf: (path: readonly PropertyKey[]) => Omit<InvalidPart, 'detail'>,
): Checked {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const errors = result.error.issues.flatMap((issue): InvalidPart[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ ...placeOf([...issue.path, key]), detail: 'is not known' }))
      : [{ ...placeOf(issue.path), detail: issue.message }],
  );
  return { ok: false, errors: errors.slice(0, MAX_FAULTS) };
}

/** A JSON pointer as a URI fragment (RFC 6901, section 6). */
function pointerOf(path: readonly PropertyKey[]): string {
  const tokens = path.map((key) =>
    encodeURIComponent(String(key).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  return `#${tokens.map((token) => `/${token}`).join('')}`;
}

/** "1 fault", "2 faults". */
export function countFaults(errors: readonly InvalidPart[]): string {
  return `${errors.length} ${errors.length === 1 ? 'fault' : 'faults'}`;
}
