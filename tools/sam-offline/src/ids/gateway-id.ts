import { randomText } from './random-text.ts';

/** Eleven bytes make sixteen characters of base64, the last one `=`: `L0SM9cOFvHcCIhw=`. */
const ID_BYTES = 11;

/** A new id in API Gateway's form: of a connection, of a message, or of an HTTP API's request. */
export function newGatewayId(): string {
  return `${randomText(ID_BYTES, 'base64url')}=`;
}

/** Whether a text could be a connection id: for any other text API Gateway responds with 400, not 410. */
export function isConnectionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{15}=$/.test(text);
}
