/** Counts a text's occurrences in a body. */
export function occurrences(body: Buffer | string, text: string): number {
  let count = 0;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + text.length))
    count += 1;
  return count;
}

/** The first member with such a name in a JSON text, where it is a plain text; the rest is not parsed. */
export function textMember(body: Buffer | string, name: string): string | undefined {
  const at = body.indexOf(`"${name}"`);
  if (at === -1) return undefined;
  const end = at + 1200;
  const part = typeof body === 'string' ? body.slice(at, end) : body.toString('utf8', at, end);
  return /^"\w+"\s*:\s*"([^"\\]*)"/.exec(part)?.[1];
}

/** The ids in a response in JSON or XML, by the name of the member: `MessageId`. */
export function idsIn(body: Buffer | string, name: string): string[] {
  const ids = body
    .toString()
    .matchAll(new RegExp(`(?:"${name}"\\s*:\\s*"|<${name}>)([\\w-]+)`, 'g'));
  return Array.from(ids, ([, id = '']) => id);
}
