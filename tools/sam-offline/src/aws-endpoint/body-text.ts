/** Counts how often a text occurs in a body. */
export function occurrences(body: Buffer | string, text: string): number {
  let count = 0;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + text.length))
    count += 1;
  return count;
}

/**
 * Reads the first member with a name in JSON, if it is a string without escapes. The rest of the
 * JSON is not parsed.
 */
export function textMember(body: Buffer | string, name: string): string | undefined {
  const at = body.indexOf(`"${name}"`);
  if (at === -1) return undefined;
  const end = at + 1200;
  const part = typeof body === 'string' ? body.slice(at, end) : body.toString('utf8', at, end);
  return /^"\w+"\s*:\s*"([^"\\]*)"/.exec(part)?.[1];
}

/** Finds the ids in a JSON or XML response by the name of their member, such as `MessageId`. */
export function idsIn(body: Buffer | string, name: string): string[] {
  const ids = body
    .toString()
    .matchAll(new RegExp(`(?:"${name}"\\s*:\\s*"|<${name}>)([\\w-]+)`, 'g'));
  return Array.from(ids, ([, id = '']) => id);
}
