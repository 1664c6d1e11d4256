/** A JWT: three parts in base64url, of which the first two are JSON objects. */
const JWT = /eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g;
/** A header's token, or the one that a WebSocket client offers as a protocol. */
const BEARER = /\bbearer[ .:]+[^\s",;]+/gi;
/** Good enough to find one in a text; not a check of what is an address. */
const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;

/** Whether a text may hold what `redact` replaces; false for nearly every text. */
export function mayHoldSecret(text: string): boolean {
  return text.includes('@') || text.includes('eyJ') || /bearer/i.test(text);
}

/**
 * A text without what no log may hold: tokens and e-mail addresses. Nothing logs them on purpose; an
 * error's message may quote what it could not read.
 */
export function redact(text: string): string {
  if (!mayHoldSecret(text)) return text;
  return text.replace(JWT, '(token)').replace(BEARER, '(token)').replace(EMAIL, '(e-mail address)');
}
