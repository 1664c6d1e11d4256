import { en } from 'zod/locales';
import type * as z from 'zod/mini';

/** One thing that is wrong with a value: `{"path":"channels.0","message":"…"}`. */
export interface ValidationIssue {
  /** The path of the field, with dots; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/**
 * `zod/mini` has no messages of its own. They are passed with each call, so that unused code can be
 * removed from bundles.
 */
const { localeError } = en();

/** Parses with a schema of `zod/mini`; the messages of its issues are zod's English ones. */
export function parseInEnglish<T>(
  schema: z.ZodMiniType<T>,
  value: unknown,
): z.core.util.SafeParseResult<T> {
  return schema.safeParse(value, { error: localeError });
}

/**
 * Checks data from outside against a schema, and names every issue in a form that can be sent back
 * to the client.
 */
export function validate<T>(schema: z.ZodMiniType<T>, value: unknown): Validated<T> {
  const result = parseInEnglish(schema, value);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    issues: result.error.issues.map(({ path, message }) => ({
      path: path.map(String).join('.'),
      message,
    })),
  };
}
