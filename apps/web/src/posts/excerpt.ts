/**
 * An excerpt with fewer characters (UTF-16 code units) is the whole text. The API cuts at 280, or
 * before a surrogate pair (`excerptOf` of libs/data-access).
 */
const CUT_LENGTH = 279;

/**
 * The start of a post's Markdown as text without markup, for lists. The feed does not load the
 * Markdown renderer. React escapes the result. A text that the API has cut ends with "…" after a
 * complete word.
 */
export function excerptText(markdown: string): string {
  const text = markdown
    .replaceAll(/^(?:```|~~~).*$/gm, ' ')
    .replaceAll(/!\[([^\]]*)\]\([^)]*\)?/g, '$1')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)?/g, '$1')
    .replaceAll(/^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,9}[.)]\s+)/gm, '')
    .replaceAll(/^\s*(?:[-*_=]\s*){3,}$/gm, ' ')
    .replaceAll(/(\*\*|__|~~)(?=\S)(.*?\S)\1/g, '$2')
    .replaceAll(/(?<![\p{L}\p{N}])([*_])(?=\S)(.*?\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .replaceAll(/`+([^`]+)`+/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
  // Languages without spaces between words have long runs of letters.
  return markdown.length < CUT_LENGTH ? text : text.replace(/(?:\s\S{0,30})?$/, '…');
}
