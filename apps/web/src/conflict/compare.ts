import { diffIndices } from 'node-diff3';

/** A part of two versions of a text: lines that both have, or a difference. */
export type Part =
  | { readonly kind: 'same'; readonly lines: readonly string[] }
  | {
      readonly kind: 'different';
      readonly mine: readonly string[];
      readonly theirs: readonly string[];
      /** The side whose lines are newer; present when only one of both changed the base. */
      readonly suggestion?: Side;
    };

export type Side = 'mine' | 'theirs';
export type Choice = Side | 'both';

/**
 * The cost of a comparison is at most the product of both numbers of lines. If this is greater,
 * everything is one difference.
 */
const MAX_PRODUCT = 4_000_000;

/**
 * Compares two versions of a text, line by line.
 *
 * @param base the text that both began with; it shows which side changed a line
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

/**
 * The text that results from one choice for each difference; undefined while a choice is missing.
 */
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

/** The lines from `start` to before `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether two ranges overlap or are adjacent: an inserted line may belong to either of two adjacent
 * ranges.
 */
function touches(a: Range, b: Range): boolean {
  return a.start <= b.end && b.start <= a.end;
}

interface Hunk {
  readonly left: Range;
  readonly right: Range;
}

/**
 * The differences of two lists of lines. Equal lines at the beginning and the end are skipped
 * first, because that is cheap.
 */
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
