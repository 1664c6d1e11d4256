/**
 * The start of a post's Markdown as text without markup, for lists. The feed does not load the
 * Markdown renderer. React escapes the result.
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
