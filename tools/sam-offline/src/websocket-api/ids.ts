import { randomFillSync } from 'node:crypto';

/** Eleven bytes make sixteen characters of base64, the last one `=`: `L0SM9cOFvHcCIhw=`. */
const ID_BYTES = 11;
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/** A connection, request or message id in API Gateway's form. */
export function generateId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = `${pool.toString('base64url', used, used + ID_BYTES)}=`;
  used += ID_BYTES;
  return id;
}

/** Whether a text could be a connection id at all: API Gateway answers 400, not 410, where not. */
export function isConnectionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{15}=$/.test(text);
}
