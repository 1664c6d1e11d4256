/**
 * The state of a client's connection. The object stays the same while the state does not change.
 */
export type ConnectionState =
  /** Nothing is subscribed to yet. */
  | { readonly status: 'idle' }
  | { readonly status: 'connecting' }
  /** The connection is open, and events arrive. */
  | { readonly status: 'open' }
  /**
   * The connection was lost, or could not be opened. The client tries again at `retryAtMs` (ms
   * since 1970).
   */
  | { readonly status: 'waiting'; readonly retryAtMs: number }
  /** The server refuses the token. Nothing is tried any more until `reconnect()`. */
  | { readonly status: 'refused'; readonly error: TokenRefusedError }
  | { readonly status: 'closed' };

/**
 * Handshakes with the token fail again and again, also with a fresh token, while one without a
 * token succeeds. (Browsers do not tell scripts the status of a refused handshake.)
 */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';

  constructor() {
    super(
      'the server accepts connections without the token and refuses them with it: sign in again, then call reconnect()',
    );
  }
}

/**
 * Calls a callback of the application, and reports what it throws, so that its errors do not
 * disturb the client.
 */
export function shielded(report: (error: unknown) => void, call: () => void): void {
  try {
    call();
  } catch (error) {
    report(error);
  }
}
