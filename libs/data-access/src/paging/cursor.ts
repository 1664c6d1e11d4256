import { InvalidCursorError } from '../errors.ts';
import { isId } from '../ids.ts';

/** Goes up when what a cursor says changes; older ones are refused then, and clients start again. */
const VERSION = 1;

/**
 * A place in a list: after the item with this id. Not secret and not signed: it names a position
 * that its holder may read anyway, and is checked before it is used.
 *
 * @param list which list it belongs to, with what it was filtered by
 */
export function encodeCursor(list: string, after: string): string {
  return Buffer.from(JSON.stringify([VERSION, list, after])).toString('base64url');
}

/**
 * The id that a page starts after.
 *
 * @throws InvalidCursorError when the cursor is malformed, or belongs to another list
 */
export function decodeCursor(list: string, cursor: string): string {
  const after = idIn(cursor);
  // Written again, so that there is one spelling of each cursor only.
  if (after === undefined || encodeCursor(list, after) !== cursor) throw new InvalidCursorError();
  return after;
}

function idIn(cursor: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  const after: unknown = Array.isArray(value) ? value[2] : undefined;
  return typeof after === 'string' && isId(after) ? after : undefined;
}
