/** What is known of the properties of a resource type, or of a map inside of one. */
export interface PropertyList {
  /** Read by sam-offline. */
  readonly used: readonly string[];
  /** Ignored in silence; `without-meaning.ts` says why. */
  readonly harmless?: readonly string[];
  /** They change what happens on AWS; the value says what is missing here. */
  readonly notEmulated?: Readonly<Record<string, string>>;
}

export function allNames(list: PropertyList): string[] {
  return [...list.used, ...(list.harmless ?? []), ...Object.keys(list.notEmulated ?? {})];
}
