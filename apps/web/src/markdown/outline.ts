/** The page's own title is its `h1`. */
const TOP_LEVEL = 2;
/** HTML has no deeper heading. */
const DEEPEST_LEVEL = 6;

/** @param depth how many `#` the author wrote (1 to 6) */
export type LevelOf = (depth: number) => number;

/**
 * Gives the headings of a text their levels in the page, in the order in which they come. A heading is one level below the
 * heading that it is under, whichever depths the author used: screen readers list headings by level, and a skipped one
 * looks like a missing part (https://www.w3.org/WAI/tutorials/page-structure/headings/).
 */
export function outline(): LevelOf {
  /** The depths of the headings that the next one may be under, each deeper than the one before. */
  const above: number[] = [];
  return (depth) => {
    while ((above.at(-1) ?? 0) >= depth) above.pop();
    above.push(depth);
    return Math.min(DEEPEST_LEVEL, TOP_LEVEL + above.length - 1);
  };
}
