import { diffIndices } from 'node-diff3';

/** A piece of two versions of a text: lines that both have, or that they differ in. */
export type Part =
  | { readonly kind: 'same'; readonly lines: readonly string[] }
  | {
      readonly kind: 'different';
      readonly mine: readonly string[];
      readonly theirs: readonly string[];
      /** Whose lines are newer, where only one of both changed what both began with. */
      readonly suggestion?: Side;
    };

export type Side = 'mine' | 'theirs';
export type Choice = Side | 'both';

/** Comparing takes at most the product of both numbers of lines; beyond this, all of it is one difference. */
const MAX_PRODUCT = 4_000_000;

/**
 * Compares two versions of a text, line by line.
 *
 * @param base what both began with; it tells which one changed a line
 */
export function compare(mine: string, theirs: string, base?: string): readonly Part[] {
  const mineLines = mine.split('\n');
  const theirLines = theirs.split('\n');
  const baseLines = base?.split('\n');
  const mineChanged = baseLines && hunks(baseLines, mineLines).map(({ right }) => right);
  const theirsChanged = baseLines && hunks(baseLines, theirLines).map(({ right }) => right);

  const parts: Part[] = [];
  let mineAt = 0;
  const same = (until: number): void => {
    if (until > mineAt) parts.push({ kind: 'same', lines: mineLines.slice(mineAt, until) });
    mineAt = until;
  };
  for (const { left, right } of hunks(mineLines, theirLines)) {
    same(left.start);
    const isMine = mineChanged?.some((range) => touches(range, left));
    const isTheirs = theirsChanged?.some((range) => touches(range, right));
    const suggestion = suggested(isMine, isTheirs);
    parts.push({
      kind: 'different',
      mine: mineLines.slice(left.start, left.end),
      theirs: theirLines.slice(right.start, right.end),
      ...(suggestion !== undefined && { suggestion }),
    });
    mineAt = left.end;
  }
  same(mineLines.length);
  return parts;
}

/** The text that choices lead to, one for each difference; undefined while one is missing. */
export function merge(
  parts: readonly Part[],
  choices: readonly (Choice | undefined)[],
): string | undefined {
  const lines: string[] = [];
  let next = 0;
  for (const part of parts) {
    if (part.kind === 'same') {
      lines.push(...part.lines);
      continue;
    }
    const choice = choices[next];
    next += 1;
    if (choice === undefined) return undefined;
    if (choice !== 'theirs') lines.push(...part.mine);
    if (choice !== 'mine') lines.push(...part.theirs);
  }
  return lines.join('\n');
}

function suggested(isMine?: boolean, isTheirs?: boolean): Side | undefined {
  if (isMine === undefined || isMine === isTheirs) return undefined;
  return isMine ? 'mine' : 'theirs';
}

/** Lines from `start` up to, and without, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Two ranges that meet count too: a line that was inserted may belong to either. */
function touches(a: Range, b: Range): boolean {
  return a.start <= b.end && b.start <= a.end;
}

interface Hunk {
  readonly left: Range;
  readonly right: Range;
}

/** Where two lists of lines differ. What both begin and end with is set aside first: it is cheap. */
function hunks(left: readonly string[], right: readonly string[]): readonly Hunk[] {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const [leftEnd, rightEnd] = [left.length - end, right.length - end];
  if (leftEnd === start && rightEnd === start) return [];
  if ((leftEnd - start) * (rightEnd - start) > MAX_PRODUCT) {
    return [{ left: { start, end: leftEnd }, right: { start, end: rightEnd } }];
  }
  const found = diffIndices(left.slice(start, leftEnd), right.slice(start, rightEnd));
  return found.map(({ buffer1: [leftAt, leftLength], buffer2: [rightAt, rightLength] }) => ({
    left: { start: start + leftAt, end: start + leftAt + leftLength },
    right: { start: start + rightAt, end: start + rightAt + rightLength },
  }));
}
