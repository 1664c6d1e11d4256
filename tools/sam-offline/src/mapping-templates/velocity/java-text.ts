/**
 * A regular expression of Java's `replaceAll`, `split` and `matches`. What templates write is alike in JavaScript, except
 * for the inline flags at the beginning.
 *
 * @throws SyntaxError where it is no regular expression
 */
export function javaPattern(pattern: string, flags = ''): RegExp {
  const [, inline = '', rest = pattern] = /^\(\?([ims]+)\)([^]*)$/.exec(pattern) ?? [];
  return new RegExp(rest, flags + inline);
}

/** Java's replacement: `$1` is a group, and a backslash makes the next character text. */
export function javaReplacement(replacement: string): (...match: unknown[]) => string {
  return (...match) =>
    replacement.replace(
      /\\([^])|\$(\d)/g,
      (_all, escaped: string | undefined, group: string) =>
        escaped ?? groupOf(match, Number(group)),
    );
}

function groupOf(match: readonly unknown[], group: number): string {
  const value = match[group];
  return typeof value === 'string' ? value : '';
}
