/**
 * Reads environment variables, once at the cold start. It does not use zod: every function reads
 * its environment but few need zod, which adds 4 to 6 ms to a cold start (measured, minified, Node
 * 24).
 */

/** Turns a variable's text into its value. Throws an Error that says what was expected. */
export type EnvironmentField<T> = (text: string | undefined) => T;

/** The type of the values that a shape of fields reads. */
export type EnvironmentOf<Shape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends EnvironmentField<infer T> ? T : never;
};

/** Names every variable that is missing or malformed, in one message. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  /** The variables' names. */
  readonly variables: readonly string[];

  constructor(problems: readonly { readonly variable: string; readonly problem: string }[]) {
    super(
      `The environment is not complete: ${problems
        .map(({ variable, problem }) => `${variable} ${problem}`)
        .join('; ')}`,
    );
    this.variables = problems.map(({ variable }) => variable);
  }
}

/**
 * Reads and checks environment variables.
 *
 * @example
 * const environment = readEnvironment({ ENVIRONMENT: stage, DYNAMODB_CONNECTIONS_TABLE: text });
 *
 * @param source the variables, `process.env` by default
 * @throws EnvironmentError which names every missing or malformed variable, and no value, because
 * it may be a secret
 */
export function readEnvironment<Shape extends Record<string, EnvironmentField<unknown>>>(
  shape: Shape,
  source: Readonly<Record<string, string | undefined>> = process.env,
): EnvironmentOf<Shape> {
  const problems: { variable: string; problem: string }[] = [];
  const entries = Object.entries(shape).map(([variable, field]) => {
    const text = source[variable]?.trim();
    try {
      return [variable, field(text === '' ? undefined : text)];
    } catch (error) {
      problems.push({ variable, problem: error instanceof Error ? error.message : String(error) });
      return [variable, undefined];
    }
  });
  if (problems.length > 0) throw new EnvironmentError(problems);
  // The fields of the shape gave each value its type.
  return Object.fromEntries(entries) as EnvironmentOf<Shape>;
}

/** Any text. */
export const text: EnvironmentField<string> = (value) => {
  if (value === undefined) throw new Error('is missing');
  return value;
};

/** An absolute http(s) or ws(s) URL, without a slash at its end. */
export const url: EnvironmentField<string> = (value) => {
  const given = text(value);
  if (!/^(https?|wss?):$/.test(URL.parse(given)?.protocol ?? '')) {
    throw new Error('is not an absolute URL');
  }
  return given.replace(/\/$/, '');
};

/** One of a few words. */
export function oneOf<const T extends string>(...allowed: readonly T[]): EnvironmentField<T> {
  return (value) => {
    const given = text(value);
    const found = allowed.find((word) => word === given);
    if (found === undefined) throw new Error(`is not one of ${allowed.join(', ')}`);
    return found;
  };
}

/** A whole number within bounds, both included. */
export function integer({ min, max }: { min: number; max: number }): EnvironmentField<number> {
  return (value) => {
    const given = text(value);
    const number = /^\d+$/.test(given) ? Number(given) : NaN;
    if (number >= min && number <= max) return number;
    throw new Error(`is not a whole number from ${min} to ${max}`);
  };
}

/** A number from 0 to 1, both included. */
export const rate: EnvironmentField<number> = (value) => {
  const given = text(value);
  const number = /^\d+(\.\d+)?$/.test(given) ? Number(given) : NaN;
  if (number >= 0 && number <= 1) return number;
  throw new Error('is not a number from 0 to 1');
};

/** A field that may be missing. */
export function optional<T>(field: EnvironmentField<T>): EnvironmentField<T | undefined> {
  return (value) => (value === undefined ? undefined : field(value));
}

/** A field with a default value, for when the variable is missing. */
export function withDefault<T>(field: EnvironmentField<T>, fallback: T): EnvironmentField<T> {
  return (value) => (value === undefined ? fallback : field(value));
}

/** The variables that every function of the stack has. */
export const commonEnvironment = {
  ENVIRONMENT: oneOf('development', 'staging', 'production'),
  LOG_LEVEL: withDefault(oneOf('DEBUG', 'INFO', 'WARN', 'ERROR'), 'INFO'),
  /** The share of correlation ids whose lines are logged down to DEBUG. */
  LOG_DEBUG_RATE: withDefault(rate, 0),
} satisfies Record<string, EnvironmentField<unknown>>;

export type CommonEnvironment = EnvironmentOf<typeof commonEnvironment>;
