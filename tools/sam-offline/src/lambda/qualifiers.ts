import type { LambdaFunction } from '../template/index.ts';

/** The version that a qualifier stands for. */
export const LATEST = '$LATEST';

/** Whether a function has this alias or version; without a qualifier, its latest version is meant. */
export function hasQualifier(fn: LambdaFunction, qualifier: string | undefined): boolean {
  return versionOf(fn, qualifier) !== undefined;
}

/** `$LATEST`, or the version that the alias points to; undefined where the function has no such qualifier. */
export function versionOf(
  { qualifiers = {} }: Pick<LambdaFunction, 'qualifiers'>,
  qualifier: string = LATEST,
): string | undefined {
  if (qualifier === LATEST) return LATEST;
  return Object.hasOwn(qualifiers, qualifier) ? qualifiers[qualifier] : undefined;
}
