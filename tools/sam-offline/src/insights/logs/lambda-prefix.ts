/** `2026-11-25T14:45:21.221Z\t<request id>\tINFO\t`, which Lambda's Node.js puts before a line of `console`. */
const PREFIX = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t(?:([A-Z]+)\t)?/;

/** A function's line without the prefix that the runtime has added. */
export function splitLambdaPrefix(text: string): {
  readonly level: string | undefined;
  readonly body: string;
} {
  const match = PREFIX.exec(text);
  return match === null
    ? { level: undefined, body: text }
    : { level: match[1], body: text.slice(match[0].length) };
}
