/** How many causes of causes are logged; more would not help a reader. */
const MAX_CAUSES = 5;
/** How many characters of a message or a stack are logged. */
const MAX_TEXT = 8_192;
/** How many errors of one AggregateError are logged. */
const MAX_ERRORS = 5;

/**
 * Fields of an error that are logged beside its name, message, stack and cause. Other fields may
 * contain what must not be logged: the item of a failed write, the headers of a response.
 */
const LOGGED_FIELDS = ['code', 'status', 'statusCode', 'reason', 'syscall', '$fault', '$metadata'];

/** An error as it is logged. */
export type LoggedError = Readonly<Record<string, unknown>>;

/** A thrown value as an Error. The value may be a text, or a value that has no text. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown));
}

/**
 * An error as fields of a log line, with its stack and its causes. It also handles an error that is
 * its own cause, one without a stack, and one whose properties throw.
 */
export function loggedError(error: Error): LoggedError {
  return describe(error, new Set());
}

function describe(error: Error, seen: Set<unknown>): LoggedError {
  seen.add(error);
  const { name, message, stack, cause, errors } = propertiesOf(error);
  return {
    name: textOf(name ?? 'Error'),
    message: textOf(message ?? ''),
    ...(stack !== undefined && { stack: textOf(stack) }),
    ...fieldsOf(error),
    ...(cause !== undefined && { cause: describeCause(cause, seen) }),
    ...(Array.isArray(errors) && {
      errors: errors.slice(0, MAX_ERRORS).map((one: unknown) => describeCause(one, seen)),
    }),
  };
}

function describeCause(cause: unknown, seen: Set<unknown>): unknown {
  if (!(cause instanceof Error)) return textOf(cause);
  if (seen.has(cause)) return '(the error above)';
  if (seen.size >= MAX_CAUSES) return '(more causes)';
  return describe(cause, seen);
}

/** Reads the properties one by one, because each may be a getter that throws. */
function propertiesOf(error: Error) {
  return {
    name: propertyOf(error, 'name'),
    message: propertyOf(error, 'message'),
    stack: propertyOf(error, 'stack'),
    cause: propertyOf(error, 'cause'),
    errors: propertyOf(error, 'errors'),
  };
}

function fieldsOf(error: Error): LoggedError {
  return Object.fromEntries(
    LOGGED_FIELDS.map((name) => [name, propertyOf(error, name)] as const).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function propertyOf(error: object, name: string): unknown {
  try {
    return (error as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  try {
    const text =
      typeof value === 'object' && value !== null && !(value instanceof Error)
        ? JSON.stringify(value)
        : String(value);
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  } catch {
    return `(a value of type ${typeof value} that has no text)`;
  }
}
