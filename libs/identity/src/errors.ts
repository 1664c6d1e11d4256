/** The base class of this library's errors. */
export abstract class IdentityError extends Error {}

/** Why a token was refused. It contains no part of the token, so that it can be logged. */
export type InvalidTokenReason =
  | 'malformed'
  | 'algorithm'
  | 'unsigned'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not-yet-valid'
  | 'subject'
  | 'unknown-key'
  | 'signature';

/** The token is not a valid ID token of the project, or it has expired. The response is 401. */
export class InvalidTokenError extends IdentityError {
  override readonly name = 'InvalidTokenError';
  readonly reason: InvalidTokenReason;

  constructor(reason: InvalidTokenReason) {
    super(`the ID token is refused: ${reason}`);
    this.reason = reason;
  }
}

/**
 * The signing keys could not be fetched, so the token could not be checked. The response is 503:
 * the client may try again.
 */
export class KeysUnavailableError extends IdentityError {
  override readonly name = 'KeysUnavailableError';

  constructor(uri: string, cause: unknown) {
    super(`the signing keys at ${uri} could not be read`, { cause });
  }
}

/** The function's settings would accept tokens that anybody can make. */
export class UnsafeIdentityError extends IdentityError {
  override readonly name = 'UnsafeIdentityError';
}
