/**
 * The value of a `$context` variable for one request. Undefined and the empty string count as
 * absent.
 */
export type ContextValue = string | number | boolean | undefined;

/**
 * Gives the function that reads a variable, by the name without `$context.`: `status`,
 * `authorizer.tenant`. Undefined if this kind of API does not have the variable.
 */
export type ContextVariables<Entry> = (
  name: string,
) => ((entry: Entry) => ContextValue) | undefined;

/** The text for a variable without a value. */
const ABSENT = '-';

const VARIABLE = /\$context\.([\w-]+(?:\.[\w:-]+)*)/g;

/**
 * Compiles the format of an access log, so that the format is not parsed again for each line. A
 * variable that is unknown or has no value becomes `-`, inside and outside of quotation marks. In a
 * JSON format, values are escaped as JSON strings are. AWS does so too, after a time in which
 * quotation marks and backslashes made lines invalid
 * (https://github.com/DataBiosphere/azul/issues/4348).
 *
 * @param format `$context.identity.sourceIp [$context.requestTime] …`, or JSON with such variables
 * as its values
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

/** The characters that JSON escapes. Almost no value contains one. */
const ESCAPED = /["\\\u0000-\u001f]/;

function escaped<Entry>(read: (entry: Entry) => ContextValue): (entry: Entry) => ContextValue {
  return (entry) => {
    const value = read(entry);
    return typeof value === 'string' && ESCAPED.test(value)
      ? JSON.stringify(value).slice(1, -1)
      : value;
  };
}

/** Reads `$context.error.messageString`, which is `$context.error.message` in quotation marks. */
function quoted<Entry>(read: (entry: Entry) => ContextValue): (entry: Entry) => ContextValue {
  return (entry) => {
    const value = read(entry);
    return value === undefined ? undefined : JSON.stringify(value);
  };
}
