/** Matches a JSON text's numbers, and its strings, which may contain digits. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** How many characters of a number are shown to its sender. */
const MAX_SHOWN = 40;

/**
 * The first number of a JSON text that would change on its way to subscribers, or undefined.
 * `1e400` is read as Infinity and written as null, `1e-400` becomes 0, and a whole number beyond
 * 2^53 may become the number next to it. (A decimal fraction is rounded to the nearest double, and
 * is written with the shortest digits that give the same double, as everywhere in JavaScript.)
 *
 * @param json a text that `JSON.parse` has accepted
 */
export function findLostNumber(json: string): string | undefined {
  for (const [token] of json.matchAll(STRING_OR_NUMBER)) {
    if (token.startsWith('"') || isKept(token)) continue;
    return token.length > MAX_SHOWN ? `${token.slice(0, MAX_SHOWN)}…` : token;
  }
  return undefined;
}

function isKept(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/^[^eE]*[1-9]/.test(literal);
  // A whole number is not lost when it is written again with the same digits, or has exactly the
  // same value.
  if (!/^-?\d+$/.test(literal)) return true;
  return String(value) === literal || BigInt(literal) === BigInt(value);
}
