import * as z from 'zod';
import {
  directionFault,
  isInvisible,
  MAX_COMMENT_CHARACTERS,
  MAX_POST_BODY_BYTES,
  MAX_TITLE_CHARACTERS,
} from '../text-rules.ts';

/** C0, DEL and C1, and Unicode's separators of lines and paragraphs. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** C0, DEL and C1 without tab and line feed, which texts of several lines may have. */
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

interface TextRules {
  readonly description: string;
  readonly example: string;
  readonly lines: 'one' | 'many';
  /** The most characters (code points). */
  readonly maxCharacters?: number;
  /** The most bytes as UTF-8. */
  readonly maxBytes?: number;
}

/**
 * A schema for text. It stores Unicode in its composed form (NFC), so that texts that look the same
 * are the same, and line ends as line feeds. It refuses control characters, halves of surrogate
 * pairs (they are not Unicode, and would become U+FFFD), and text that shows nothing. In one line
 * of text it also refuses what would reorder the text around it.
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
      // The pattern has no lookahead and no backtracking. It only documents; the code above checks.
      pattern: lines === 'one' ? ONE_LINE_PATTERN : MANY_LINES_PATTERN,
    });

  function problemOf(kept: string): string | undefined {
    if (!kept.isWellFormed()) return 'is not well-formed Unicode';
    if (control.test(kept)) return 'contains control characters';
    if (isInvisible(kept)) return kept.trim() === '' ? 'is empty' : 'has no visible characters';
    if (lines === 'one') {
      const fault = directionFault(kept);
      if (fault !== undefined) return fault;
    }
    // A text has at most as many code points as UTF-16 units, so most texts need no counting.
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

/**
 * A pattern for the OpenAPI document: a visible character, and no character that is always refused.
 * Invisible characters beyond U+FFFF are left out, because not every engine supports \\u{…}. That
 * isolates are closed is left out too, because no regular expression can check it.
 */
const INVISIBLE_CLASS =
  '\\s\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb';
const ONE_LINE_PATTERN = patternOf('\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202d\\u202e');
const MANY_LINES_PATTERN = patternOf('\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f');

/** @param refused the characters that are refused, as the content of a character class */
function patternOf(refused: string): string {
  return `^[^${refused}]*[^${INVISIBLE_CLASS}][^${refused}]*$`;
}

export const titleSchema = text({
  description: 'One line of text.',
  example: 'Fan-out without tears',
  lines: 'one',
  maxCharacters: MAX_TITLE_CHARACTERS,
});

export const postBodySchema = text({
  description:
    'Markdown, up to 102,400 bytes as UTF-8. It is stored as it was written: render it as untrusted text, with HTML escaped or sanitised.',
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
