import * as z from 'zod';

/** Characters are code points: what JSON Schema counts too. */
export const MAX_TITLE_CHARACTERS = 200;
export const MAX_COMMENT_CHARACTERS = 5_000;
/** UTF-8 bytes of a post's Markdown. */
export const MAX_POST_BODY_BYTES = 100 * 1024;

/** C0, DEL and C1, and Unicode's own ends of lines and paragraphs. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** C0, DEL and C1 without tab and line feed, which texts of several lines have. */
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

interface TextRules {
  readonly description: string;
  readonly example: string;
  readonly lines: 'one' | 'many';
  /** Code points. */
  readonly maxCharacters?: number;
  /** UTF-8 bytes. */
  readonly maxBytes?: number;
}

/**
 * Text as it is kept: Unicode in its composed form (NFC), so that what looks the same is the same,
 * and line ends as a line feed. Refuses control characters, halves of surrogate pairs (they are no
 * Unicode, and become U+FFFD on their way), and text with nothing to see.
 */
function text({ description, example, lines, maxCharacters, maxBytes }: TextRules) {
  const control = lines === 'one' ? CONTROL : CONTROL_BUT_LINES;
  return z
    .string()
    .transform((given, context) => {
      const kept = (lines === 'one' ? given : given.replaceAll('\r\n', '\n')).normalize('NFC');
      const problem = problemOf(kept);
      if (problem === undefined) return kept;
      context.issues.push({ code: 'custom', message: problem, input: given });
      return z.NEVER;
    })
    .meta({
      type: 'string',
      description,
      example,
      minLength: 1,
      ...(maxCharacters !== undefined && { maxLength: maxCharacters }),
      // No lookahead and no backtracking: the code above is what checks.
      pattern: lines === 'one' ? ONE_LINE_PATTERN : MANY_LINES_PATTERN,
    });

  function problemOf(kept: string): string | undefined {
    if (!kept.isWellFormed()) return 'is not well-formed Unicode';
    if (control.test(kept)) return 'contains control characters';
    if (kept.trim() === '') return 'is empty';
    // Code points are fewer than UTF-16 units, so most texts need no counting.
    if (maxCharacters !== undefined && kept.length > maxCharacters) {
      const characters = Array.from(kept).length;
      if (characters > maxCharacters) {
        return `is ${characters} characters long; ${maxCharacters} are allowed`;
      }
    }
    if (maxBytes !== undefined) {
      const bytes = new TextEncoder().encode(kept).length;
      if (bytes > maxBytes) return `is ${bytes} bytes long as UTF-8; ${maxBytes} are allowed`;
    }
    return undefined;
  }
}

/** For the OpenAPI document: something to see, and no control character. */
const ONE_LINE_PATTERN =
  '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*[^\\s\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029][^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$';
const MANY_LINES_PATTERN =
  '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$';

export const titleSchema = text({
  description: 'One line of text.',
  example: 'Fan-out without tears',
  lines: 'one',
  maxCharacters: MAX_TITLE_CHARACTERS,
});

export const postBodySchema = text({
  description:
    'Markdown, up to 102,400 bytes as UTF-8. It is kept as it was written: render it as untrusted text, with HTML escaped or sanitised.',
  example: 'A broadcast reaches **everybody** who is reading.',
  lines: 'many',
  maxBytes: MAX_POST_BODY_BYTES,
  maxCharacters: MAX_POST_BODY_BYTES,
});

export const commentBodySchema = text({
  description: 'Plain text of one or more lines.',
  example: 'Thank you, this helped!',
  lines: 'many',
  maxCharacters: MAX_COMMENT_CHARACTERS,
});
