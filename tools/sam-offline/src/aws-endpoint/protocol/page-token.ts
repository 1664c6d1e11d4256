import { createHash } from 'node:crypto';

/**
 * The token of the next page: what the page starts with, and which request it continues.
 *
 * @param request what may not change from page to page
 */
export function pageToken(position: number | string, request: unknown): string {
  return Buffer.from(JSON.stringify([position, digestOf(request)])).toString('base64url');
}

/** @returns what the page starts with; undefined for a token that was not made for this request */
export function readPageToken(token: string, request: unknown): number | string | undefined {
  try {
    const [position, digest] = JSON.parse(
      Buffer.from(token, 'base64url').toString('utf8'),
    ) as readonly unknown[];
    if (digest !== digestOf(request)) return undefined;
    return typeof position === 'number' || typeof position === 'string' ? position : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 16);
}
