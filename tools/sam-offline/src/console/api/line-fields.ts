/** The longest structured line whose fields are parsed. Lambda's longest line has 256 KB. */
const MAXIMUM_PARSED = 256 * 1024;

/** The fields of a line that is a JSON object. */
export type LineFields = Readonly<Record<string, unknown>>;

/** The fields of a line that is a JSON object. */
export function fieldsOf(text: string): LineFields | undefined {
  if (!text.startsWith('{') || text.length > MAXIMUM_PARSED) return undefined;
  try {
    return JSON.parse(text) as LineFields;
  } catch {
    return undefined;
  }
}

/** The first text field with one of these names, in lower case. */
export function textField(
  fields: LineFields | undefined,
  names: readonly string[],
): string | undefined {
  if (fields === undefined) return undefined;
  const found = Object.entries(fields).find(([name]) => names.includes(name.toLowerCase()));
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

const STACK_CHARACTERS = 64 * 1024;
/**
 * The expression does not use `\s`, which matches line feeds too: thousands of them would be read
 * again from each of them.
 */
const STACK_FRAME = /\n[ \t]+at /;

/**
 * The stack trace in a line. It is in `stack`, `stackTrace` or `trace` of a JSON line, at any
 * depth, or it is the line itself if the line has frames.
 */
export function stackOf(text: string): string | undefined {
  const json = text.indexOf('{');
  const fields = json === -1 ? undefined : fieldsOf(text.slice(json));
  const found = fields === undefined ? undefined : stackIn(fields, 0);
  const stack = found ?? (STACK_FRAME.test(text) && fields === undefined ? text : undefined);
  return stack?.slice(0, STACK_CHARACTERS);
}

function stackIn(fields: object, depth: number): string | undefined {
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (/^(?:stack|stackTrace|trace)$/.test(name)) {
      const stack = Array.isArray(value) ? value.join('\n') : value;
      if (typeof stack === 'string' && stack !== '') return stack;
    }
    if (typeof value === 'object' && value !== null && depth < 3) {
      const inner = stackIn(value, depth + 1);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}
