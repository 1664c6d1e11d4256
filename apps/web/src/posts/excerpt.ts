/**
 * The text of the start of a post's Markdown, without its marks, for lists. It is for reading only: the
 * feed does not load what draws Markdown. React escapes what comes out.
 */
export function excerptText(markdown: string): string {
  return markdown
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
}
