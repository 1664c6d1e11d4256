import { CST, Lexer } from 'yaml';

/**
 * A text with more indentation, and the number of added spaces by the line's number, counted from
 * 1.
 */
export interface IndentedText {
  readonly text: string;
  readonly added: ReadonlyMap<number, number>;
}

/**
 * Indents lines of flow collections and quoted scalars that have less indentation than YAML 1.2
 * requires. SAM reads templates with PyYAML, which ignores indentation there and only checks it in
 * block context (https://github.com/yaml/pyyaml/blob/main/lib/yaml/scanner.py, `unwind_indent`).
 * The spaces do not change values.
 */
export function indentContinuations(source: string): IndentedText {
  const lines = source.split('\n');
  const added = new Map<number, number>();
  let from = 0;
  for (;;) {
    const text = lines.join('\n');
    const found = leftOfParent(text, from);
    if (found === undefined) return { text, added };
    const { first, last, column } = found;
    for (let index = first; index <= last; index++) {
      const line = lines[index] ?? '';
      const missing = column - (/^ */.exec(line)?.[0].length ?? 0);
      if (missing <= 0 || line.trim() === '') continue;
      lines[index] = `${' '.repeat(missing)}${line}`;
      added.set(index + 1, (added.get(index + 1) ?? 0) + missing);
    }
    // If indentation does not help, the parser reports the error.
    from = Math.max(from, found.start) + 1;
  }
}

interface Misplaced {
  /** The index at which the collection or scalar starts. */
  readonly start: number;
  /** The range of lines after its first one, counted from 0, including both ends. */
  readonly first: number;
  readonly last: number;
  /** The sufficient indentation. */
  readonly column: number;
}

/**
 * Finds the first flow collection or quoted scalar after a position that the lexer ends too early
 * because of a line's indentation.
 */
function leftOfParent(text: string, from: number): Misplaced | undefined {
  const open: number[] = [];
  let offset = 0;
  let isPlain = false;
  for (const token of new Lexer().lex(text)) {
    if (token === CST.DOCUMENT || token === CST.BOM) continue;
    if (token === CST.SCALAR) {
      isPlain = true;
      continue;
    }
    if (token === CST.FLOW_END) {
      const [start] = open;
      open.length = 0;
      const found = start === undefined || start < from ? undefined : spanFrom(text, start);
      if (found !== undefined) return found;
      continue;
    }
    if (isPlain) {
      isPlain = false;
    } else if (token === '[' || token === '{') {
      open.push(offset);
    } else if (token === ']' || token === '}') {
      open.pop();
    } else if (/^["']/.test(token) && offset >= from) {
      const end = endOfQuoted(text, offset);
      if (end !== undefined && end > offset + token.length) {
        const found = spanFrom(text, open[0] ?? offset);
        if (found !== undefined) return found;
      }
    }
    offset += token.length;
  }
  return undefined;
}

function spanFrom(text: string, start: number): Misplaced | undefined {
  const isFlow = /[[{]/.test(text[start] ?? '');
  const end = isFlow ? endOfFlow(text, start) : endOfQuoted(text, start);
  if (end === undefined) return undefined;
  const before = text.slice(0, start).split('\n');
  const first = before.length;
  const last = first - 1 + text.slice(start, end).split('\n').length - 1;
  return { start, first, last, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Gives the position after the closing quotation mark of a scalar. */
function endOfQuoted(text: string, start: number): number | undefined {
  const pattern = text[start] === '"' ? /"(?:[^"\\]|\\[^])*"/y : /'(?:[^']|'')*'/y;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Gives the position after the closing bracket of a flow collection. */
function endOfFlow(text: string, start: number): number | undefined {
  let depth = 0;
  let isInPlain = false;
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? '';
    const isAfterSpace = /[\s]/.test(text[at - 1] ?? '\n');
    if (character === '#' && (!isInPlain || isAfterSpace)) {
      const end = text.indexOf('\n', at);
      if (end === -1) return undefined;
      at = end;
      isInPlain = false;
      continue;
    }
    if (!isInPlain && (character === '"' || character === "'")) {
      const end = endOfQuoted(text, at);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    if ('[{'.includes(character)) depth++;
    if (']}'.includes(character)) depth--;
    at++;
    if (depth === 0) return at;
    const isTag = !isInPlain && '!&*'.includes(character);
    if (isTag) {
      while (/[^\s,[\]{}]/.test(text[at] ?? ' ')) at++;
      continue;
    }
    if ('[]{},'.includes(character) || (character === ':' && /[\s,[\]{}]/.test(text[at] ?? ' '))) {
      isInPlain = false;
    } else if (!/\s/.test(character)) {
      isInPlain = true;
    }
  }
  return undefined;
}
