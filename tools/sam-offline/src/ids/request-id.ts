import { randomUUID } from 'node:crypto';

/** A new request id as AWS's services have it: a UUID. */
export function newRequestId(): string {
  return randomUUID();
}
