/** A scenario's variables. */
export type Values = Readonly<Record<string, unknown>>;

/** A value of a scenario's file is not known before the run. */
export class UnknownValueError extends Error {
  override readonly name = 'UnknownValueError';
}

/** Replaces `{{ readers }}` by the value of `readers`. */
function fill(value: unknown, values: Values): unknown {
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\{\{\s*([^}]*?)\s*\}\}/g, (_, name: string) => {
    const variable = values[name];
    // Artillery takes a random element of a list, so any element represents the list.
    const known: unknown = Array.isArray(variable) ? variable[0] : variable;
    if (typeof known === 'string' || typeof known === 'number') return String(known);
    throw new UnknownValueError(`{{ ${name} }}`);
  });
}

function textOf(value: unknown): string {
  return value === undefined ? 'something that is not there' : JSON.stringify(value);
}

/**
 * Reads a number that may be a template.
 *
 * @throws UnknownValueError if it needs a variable that only the run knows, or if it is not a
 *   number
 */
export function resolveNumber(value: unknown, values: Values): number {
  const filled = fill(value, values);
  const number = typeof filled === 'string' && filled.trim() === '' ? Number.NaN : Number(filled);
  if (!Number.isFinite(number)) throw new UnknownValueError(textOf(value));
  return number;
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/**
 * Reads a duration that may be a template: a number of seconds, or `250ms`, `30s`, `2m`, `1h`. As
 * in Artillery, the units may be written out.
 *
 * @returns seconds
 * @throws UnknownValueError as `resolveNumber` does
 */
export function resolveDuration(value: unknown, values: Values): number {
  const filled = fill(value, values);
  const [, number, unit = 's'] =
    /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h)?(?:ec(?:onds?)?|in(?:utes?)?|ours?)?\s*$/.exec(
      String(filled),
    ) ?? [];
  if (number === undefined) throw new UnknownValueError(textOf(value));
  return Number(number) * (UNITS[unit] ?? 1);
}
