import { randomText } from './random-text.ts';

/** Eleven bytes make sixteen characters of base64, the last one `=`: `L0SM9cOFvHcCIhw=`. */
const ID_BYTES = 11;

/**
 * Makes a new id in API Gateway's form, for a connection, a message, or a request to an HTTP API.
 */
export function newGatewayId(): string {
  return `${randomText(ID_BYTES, 'base64url')}=`;
}

/**
 * Whether a text has the form of a connection id. API Gateway responds to any other text with 400,
 * not 410.
 */
export function isConnectionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{15}=$/.test(text);
}
