import { InvalidCursorError } from '../errors.ts';
import { isId } from '../ids.ts';

/**
 * Increase it when the content of a cursor changes: then older cursors are refused, and clients
 * start again.
 */
const VERSION = 1;

/**
 * The cursor for the place after the item with this id. It is neither secret nor signed, because
 * its holder may read the list anyway; it is checked before it is used.
 *
 * @param list the list that it belongs to, with its filter
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
  // The cursor is encoded again and compared, so that each cursor has only one spelling.
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
