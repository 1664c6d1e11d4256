/** Joins the given class names; undefined when there is none. */
export function classes(...names: readonly (string | false | undefined)[]): string | undefined {
  return (
    names.filter((name) => name !== false && name !== undefined && name !== '').join(' ') ||
    undefined
  );
}
