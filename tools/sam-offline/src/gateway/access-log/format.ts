/** The value of a `$context` variable for one request; undefined and the empty text are absent. */
export type ContextValue = string | number | boolean | undefined;

/**
 * Finds how a variable is read, by its name without `$context.`: `status`, `authorizer.tenant`. Undefined
 * for a variable that the kind of API does not have.
 */
export type ContextVariables<Entry> = (
  name: string,
) => ((entry: Entry) => ContextValue) | undefined;

/** What stands for a variable without a value. */
const ABSENT = '-';

const VARIABLE = /\$context\.([\w-]+(?:\.[\w:-]+)*)/g;

/**
 * Compiles the format of an access log, so that a line costs no more than the values in it. A variable that is
 * unknown or has no value is `-`, in quotation marks or not. In a JSON format, values are escaped as JSON texts
 * are: quotation marks and backslashes once broke the line on AWS, and no longer do
 * (https://github.com/DataBiosphere/azul/issues/4348).
 *
 * @param format `$context.identity.sourceIp [$context.requestTime] …`, or JSON with such variables as its values
 */
export function compileFormat<Entry>(
  format: string,
  variables: ContextVariables<Entry>,
): (entry: Entry) => string {
  const isJson = format.trimStart().startsWith('{');
  const parts: { readonly text: string; readonly read: (entry: Entry) => ContextValue }[] = [];
  let end = 0;
  let text = '';
  for (const match of format.matchAll(VARIABLE)) {
    text += format.slice(end, match.index);
    end = match.index + match[0].length;
    const read = variables(match[1] ?? '');
    if (read === undefined) {
      text += ABSENT;
      continue;
    }
    const isQuoted = match[1] === 'error.messageString';
    parts.push({ text, read: isQuoted ? quoted(read) : isJson ? escaped(read) : read });
    text = '';
  }
  const last = text + format.slice(end);
  return (entry) => {
    let line = '';
    for (const part of parts) {
      const value = part.read(entry);
      line += part.text + (value === undefined || value === '' ? ABSENT : String(value));
    }
    return line + last;
  };
}

/** What JSON escapes in a text: almost no value has any of it. */
const ESCAPED = /["\\\u0000-\u001f]/;

function escaped<Entry>(read: (entry: Entry) => ContextValue): (entry: Entry) => ContextValue {
  return (entry) => {
    const value = read(entry);
    return typeof value === 'string' && ESCAPED.test(value)
      ? JSON.stringify(value).slice(1, -1)
      : value;
  };
}

/** `$context.error.messageString` is `$context.error.message` with its quotation marks. */
function quoted<Entry>(read: (entry: Entry) => ContextValue): (entry: Entry) => ContextValue {
  return (entry) => {
    const value = read(entry);
    return value === undefined ? undefined : JSON.stringify(value);
  };
}
