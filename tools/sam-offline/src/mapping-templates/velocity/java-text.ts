/**
 * Converts a regular expression of Java's `replaceAll`, `split` and `matches`. The expressions that
 * templates use mean the same in JavaScript, except for inline flags at the beginning.
 *
 * @throws SyntaxError if it is not a valid regular expression
 */
export function javaPattern(pattern: string, flags = ''): RegExp {
  const [, inline = '', rest = pattern] = /^\(\?([ims]+)\)([^]*)$/.exec(pattern) ?? [];
  return new RegExp(rest, flags + inline);
}

/**
 * Converts Java's replacement string, in which `$1` is a group and a backslash escapes the next
 * character.
 */
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
