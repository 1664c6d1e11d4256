/** The fields of the sign-in form. */
export type SignInField = 'name' | 'email' | 'password';

/** A user could not be signed in. The message is for the user, and says what to do. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  /** The field that the message is about. */
  readonly field: SignInField | undefined;

  constructor(message: string, field?: SignInField, cause?: unknown) {
    super(message, { cause });
    this.field = field;
  }
}
