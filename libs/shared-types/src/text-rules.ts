/**
 * Checks whether a text shows something, and whether it would change how the text around it is
 * shown. It is for texts of users: titles, bodies, display names. It does not import zod, so that
 * every bundle can have it.
 */

/** The most characters of a title. Characters are code points, as in JSON Schema. */
export const MAX_TITLE_CHARACTERS = 200;
export const MAX_COMMENT_CHARACTERS = 5_000;
/** The most bytes of a post's Markdown, as UTF-8. */
export const MAX_POST_BODY_BYTES = 100 * 1024;

/**
 * Characters that show nothing: white space, controls, format characters (zero-width ones, marks of
 * direction, tags), and everything that Unicode calls default ignorable, which includes variation
 * selectors and the Hangul fillers. The ones by number have no such property but are blank too: the
 * Braille pattern without dots, a musical null note head, and a Khitan filler.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const INVISIBLE =
  /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{16fe4}]*$/u;

/** Whether a text shows nothing. */
export function isInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

/** LRE, RLE, LRO, RLO, PDF, and LRI, RLI, FSI, PDI: https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings */
const DIRECTIONAL = /[\u202a-\u202e\u2066-\u2069]/g;
const OVERRIDES = '\u202d\u202e';
const EMBEDDINGS = '\u202a\u202b';
const ISOLATES = '\u2066\u2067\u2068';
const END_OF_EMBEDDING = '\u202c';

/**
 * Says what is wrong with the explicit directional characters of a line; undefined when nothing is.
 * An override shows characters in another order than they have ("Trojan Source",
 * https://trojansource.codes). An embedding or isolate that is not closed, or an end without a
 * start, also reorders the text around the line.
 */
export function directionFault(line: string): string | undefined {
  const open: string[] = [];
  for (const [character] of line.matchAll(DIRECTIONAL)) {
    if (OVERRIDES.includes(character)) return 'contains a bidirectional override';
    if (EMBEDDINGS.includes(character) || ISOLATES.includes(character)) {
      open.push(character);
      continue;
    }
    const opener = open.pop();
    const closes = character === END_OF_EMBEDDING ? EMBEDDINGS : ISOLATES;
    if (opener === undefined || !closes.includes(opener)) return UNBALANCED;
  }
  return open.length > 0 ? UNBALANCED : undefined;
}

const UNBALANCED =
  'contains bidirectional embeddings or isolates that are not closed, or not opened';
