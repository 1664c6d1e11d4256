/** What every error of this library is. */
export abstract class IdentityError extends Error {}

/** Why a token was refused. Nothing of the token itself, so that it can be logged. */
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

/** The token is no ID token of the project, or not any more: 401. */
export class InvalidTokenError extends IdentityError {
  override readonly name = 'InvalidTokenError';
  readonly reason: InvalidTokenReason;

  constructor(reason: InvalidTokenReason) {
    super(`the ID token is refused: ${reason}`);
    this.reason = reason;
  }
}

/** The signing keys could not be had, so nothing is known of the token: 503, try again. */
export class KeysUnavailableError extends IdentityError {
  override readonly name = 'KeysUnavailableError';

  constructor(uri: string, cause: unknown) {
    super(`the signing keys at ${uri} could not be read`, { cause });
  }
}

/** The function is set up in a way that would let anybody be anybody. */
export class UnsafeIdentityError extends IdentityError {
  override readonly name = 'UnsafeIdentityError';
}
