/** How a client is connected. A state that is the same as before is the same object. */
export type ConnectionState =
  /** Nothing is subscribed to yet. */
  | { readonly status: 'idle' }
  | { readonly status: 'connecting' }
  /** Events come in. */
  | { readonly status: 'open' }
  /** The connection was lost, or could not be opened. It is tried again by itself at `retryAtMs` (since 1970). */
  | { readonly status: 'waiting'; readonly retryAtMs: number }
  /** The server refuses the token. Nothing is tried any more until `reconnect()`. */
  | { readonly status: 'refused'; readonly error: TokenRefusedError }
  | { readonly status: 'closed' };

/**
 * Handshakes with the token fail again and again, a fresh token's too, while one without a token
 * succeeds. (Browsers do not tell scripts the status of a refused handshake.)
 */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';

  constructor() {
    super(
      'the server opens connections without the token and none with it: sign in again, then call reconnect()',
    );
  }
}

/** Calls what the application gave; what it throws is the application's, and disturbs nothing here. */
export function shielded(report: (error: unknown) => void, call: () => void): void {
  try {
    call();
  } catch (error) {
    report(error);
  }
}
