/** A JWT: three parts in base64url, of which the first two are JSON objects. */
const JWT = /eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g;
/** The token of a header, or of a WebSocket client, which offers it as a subprotocol. */
const BEARER = /\bbearer[ .:]+[^\s",;]+/gi;
/** An e-mail address in a text. It does not check whether an address is valid. */
const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;

/** Whether a text may hold what `redact` replaces; false for nearly every text. */
export function mayHoldSecret(text: string): boolean {
  return text.includes('@') || text.includes('eyJ') || /bearer/i.test(text);
}

/**
 * The text with tokens and e-mail addresses replaced. Nothing logs them on purpose, but an error's
 * message may quote input that could not be read.
 */
export function redact(text: string): string {
  if (!mayHoldSecret(text)) return text;
  return text.replace(JWT, '(token)').replace(BEARER, '(token)').replace(EMAIL, '(e-mail address)');
}
