import type { InvalidPart } from '@blogapp/shared-types/rest';
import type * as z from 'zod';
import { ProblemError } from './problem.ts';

/** A problem document names at most this many faults of a request. */
const MAX_FAULTS = 20;

/** The result of parsing a value with a schema of zod or `zod/mini`. */
export type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly z.core.$ZodIssue[] } };

/**
 * Returns the content of a body that was parsed with its schema.
 *
 * @throws ProblemError (422) that names each fault by its JSON pointer
 */
export function bodyOf<T>(parsed: Parsed<T>): T {
  if (parsed.success) return parsed.data;
  const errors = invalidParts(parsed.error.issues, (path) => ({ pointer: pointerOf(path) }));
  throw new ProblemError('invalid-content', {
    detail: `The body has ${countFaults(errors)}`,
    errors,
  });
}

/** A schema's issues as the errors of a problem document. */
export function invalidParts(
  issues: readonly z.core.$ZodIssue[],
  placeOf: (path: readonly PropertyKey[]) => Omit<InvalidPart, 'detail'>,
): readonly InvalidPart[] {
  return issues
    .flatMap((issue): InvalidPart[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ ...placeOf([...issue.path, key]), detail: 'is not known' }))
        : [{ ...placeOf(issue.path), detail: issue.message }],
    )
    .slice(0, MAX_FAULTS);
}

/** The problem (400) for a query with faults. */
export function malformedQuery(errors: readonly InvalidPart[]): ProblemError {
  return new ProblemError('malformed-request', {
    detail: `The query has ${countFaults(errors)}`,
    errors: errors.slice(0, MAX_FAULTS),
  });
}

/** The faults of a query with parameters that the route does not know. */
export function unknownParameters(names: Iterable<string>): InvalidPart[] {
  return [...new Set(names)].map((parameter) => ({ parameter, detail: 'is not known' }));
}

/** "1 fault", "2 faults". */
export function countFaults(errors: readonly InvalidPart[]): string {
  return `${errors.length} ${errors.length === 1 ? 'fault' : 'faults'}`;
}

/** A JSON pointer as a URI fragment (RFC 6901, section 6). */
function pointerOf(path: readonly PropertyKey[]): string {
  const tokens = path.map((key) =>
    encodeURIComponent(String(key).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  return `#${tokens.map((token) => `/${token}`).join('')}`;
}
