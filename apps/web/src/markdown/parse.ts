import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { outline, type LevelOf } from './outline.ts';
import type { Block, Cell, Inline, ListItem } from './tree.ts';

/** The greatest depth of nested blocks; deeper ones are shown as they were written. */
const MAX_DEPTH = 24;

/**
 * Reads Markdown (CommonMark with GitHub's tables, tasks, strikethrough and bare addresses). HTML
 * is read as text. It never throws: a text that is nested too deep for the parser is shown as it
 * was written. A text can be made so that parsing takes long (minutes for 100 KB), so call this for
 * a short text, or in a worker with a time limit: see `readMarkdown`.
 */
export function parseMarkdown(text: string): readonly Block[] {
  let tokens: readonly Token[];
  try {
    tokens = Lexer.lex(text, { gfm: true });
  } catch {
    return [{ type: 'plain', text }];
  }
  return blocksOf(tokens, 0, outline());
}

function blocksOf(tokens: readonly Token[], depth: number, levelOf: LevelOf): readonly Block[] {
  return tokens.flatMap((token) => blockOf(token, depth, levelOf));
}

function blockOf(token: Token, depth: number, levelOf: LevelOf): Block | readonly Block[] {
  if (depth > MAX_DEPTH) return { type: 'plain', text: token.raw };
  // Only tokens of extensions have other types, and there are no extensions.
  const known = token as MarkedToken;
  switch (known.type) {
    case 'space':
    case 'def':
    case 'checkbox':
      return [];
    case 'paragraph':
      return { type: 'paragraph', inline: inlineOf(known.tokens, depth) };
    case 'text':
      return { type: 'line', inline: inlineOf(known.tokens ?? [known], depth) };
    case 'heading':
      return {
        type: 'heading',
        level: levelOf(known.depth),
        inline: inlineOf(known.tokens, depth),
      };
    case 'code':
      return { type: 'code', language: languageOf(known.lang), text: known.text };
    case 'blockquote':
      return { type: 'quote', blocks: blocksOf(known.tokens, depth + 1, levelOf) };
    case 'list':
      return listOf(known, depth, levelOf);
    case 'table':
      return {
        type: 'table',
        header: known.header.map((cell) => cellOf(cell, depth)),
        rows: known.rows.map((row) => row.map((cell) => cellOf(cell, depth))),
      };
    case 'hr':
      return { type: 'rule' };
    default:
      return { type: 'plain', text: known.raw };
  }
}

function listOf({ ordered, start, items }: Tokens.List, depth: number, levelOf: LevelOf): Block {
  return {
    type: 'list',
    ...(ordered && { start: Number(start) }),
    items: items.map(({ task, checked, tokens }): ListItem => ({
      ...(task && { checked: checked === true }),
      blocks: blocksOf(tokens, depth + 1, levelOf),
    })),
  };
}

function cellOf({ align, tokens }: Tokens.TableCell, depth: number): Cell {
  return { ...(align !== null && { align }), inline: inlineOf(tokens, depth) };
}

/** The language of a code block: the first word after the fence. */
function languageOf(info: string | undefined): string {
  return info?.trim().split(/\s/, 1)[0]?.toLowerCase() ?? '';
}

function inlineOf(tokens: readonly Token[], depth: number): readonly Inline[] {
  return tokens.flatMap((token): Inline | readonly Inline[] => {
    if (depth > MAX_DEPTH) return { type: 'literal', text: token.raw };
    const known = token as MarkedToken;
    switch (known.type) {
      case 'text':
        return known.tokens === undefined
          ? { type: 'text', text: known.text }
          : inlineOf(known.tokens, depth + 1);
      case 'escape':
        return { type: 'literal', text: known.text };
      case 'codespan':
        return { type: 'code', text: known.text };
      case 'strong':
        return { type: 'strong', inline: inlineOf(known.tokens, depth + 1) };
      case 'em':
        return { type: 'emphasis', inline: inlineOf(known.tokens, depth + 1) };
      case 'del':
        return { type: 'deleted', inline: inlineOf(known.tokens, depth + 1) };
      case 'br':
        return { type: 'break' };
      case 'link':
        return { type: 'link', href: known.href, inline: inlineOf(known.tokens, depth + 1) };
      case 'image':
        return { type: 'image', src: known.href, alt: known.text };
      case 'checkbox':
        return [];
      default:
        return { type: 'literal', text: known.raw };
    }
  });
}
