import { randomUUID } from 'node:crypto';

/** Makes a new request id in the form that AWS's services use: a UUID. */
export function newRequestId(): string {
  return randomUUID();
}
