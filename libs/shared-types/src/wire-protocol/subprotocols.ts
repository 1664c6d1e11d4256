/** The subprotocol (`Sec-WebSocket-Protocol`) that the server speaks. */
export const SUBPROTOCOL = 'blogapp';

/**
 * The prefix of the ID token of a client that signs in: the token is offered as a subprotocol.
 * Browsers can set no other header of the handshake, and a query string would be in access logs. A
 * JWT has only characters that a subprotocol may have.
 */
export const TOKEN_SUBPROTOCOL_PREFIX = 'bearer.';

/**
 * What a client offers in its handshake: `new WebSocket(url, offeredSubprotocols(idToken))`.
 *
 * @param idToken absent when the client is anonymous
 */
export function offeredSubprotocols(idToken?: string): string[] {
  return idToken === undefined
    ? [SUBPROTOCOL]
    : [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${idToken}`];
}
