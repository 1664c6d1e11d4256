/**
 * Reads the value that a path leads to.
 *
 * @returns undefined if there is none
 */
export type JsonPath = (value: unknown) => unknown;

const shape = /^\$((\.[A-Za-z_$][\w$-]*)|(\[\d+\])|(\['[^']*'\])|(\["[^"]*"\]))*$/;
const part = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g;

/**
 * Compiles a JSON path that leads to one value: `$`, `$.data.id`, `$.list[0].id`, `$['a key']`. A
 * path is read in every message, so paths that search (`..`, `*`, filters) are refused.
 *
 * @throws Error when it is not such a path
 */
export function compilePath(path: string): JsonPath {
  if (!shape.test(path)) {
    throw new Error(
      `${JSON.stringify(path)} is not a path to one value: write for example "$.data.id" or "$.list[0].id"`,
    );
  }
  const keys = [...path.matchAll(part)].map(
    ([, name, index, single, double]) => name ?? single ?? double ?? Number(index),
  );
  return (value) => {
    let at = value;
    for (const key of keys) {
      if (typeof at !== 'object' || at === null) return undefined;
      at = (at as Readonly<Record<string | number, unknown>>)[key];
    }
    return at;
  };
}
