import type { LambdaFunction } from '../template/index.ts';

/** The qualifier of the latest version. */
export const LATEST = '$LATEST';

/**
 * Tells whether a function has an alias or version. Without a qualifier, the latest version is
 * meant.
 */
export function hasQualifier(fn: LambdaFunction, qualifier: string | undefined): boolean {
  return versionOf(fn, qualifier) !== undefined;
}

/**
 * Gives the version of a qualifier: `$LATEST`, a version, or the version of an alias.
 * @returns undefined if the function has no such qualifier
 */
export function versionOf(
  { qualifiers = {} }: Pick<LambdaFunction, 'qualifiers'>,
  qualifier: string = LATEST,
): string | undefined {
  if (qualifier === LATEST) return LATEST;
  return Object.hasOwn(qualifiers, qualifier) ? qualifiers[qualifier] : undefined;
}

/** Gives the alias or version in an ARN; undefined if the ARN has no qualifier. */
export function qualifierOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[7];
}
