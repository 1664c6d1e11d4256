/** The properties of a resource type, or of a map in one. */
export interface PropertyList {
  /** The properties that sam-offline reads. */
  readonly used: readonly string[];
  /** The properties that are ignored without a warning; `without-meaning.ts` has the reasons. */
  readonly harmless?: readonly string[];
  /** The properties that have an effect on AWS but not here. The value says what is missing. */
  readonly notEmulated?: Readonly<Record<string, string>>;
}

/** Gives all names of a list. */
export function allNames(list: PropertyList): string[] {
  return [...list.used, ...(list.harmless ?? []), ...Object.keys(list.notEmulated ?? {})];
}
