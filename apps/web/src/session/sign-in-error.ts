/** The fields of the sign-in form. */
export type SignInField = 'name' | 'email' | 'password';

/** Somebody could not be signed in. The message is for them, and says what to do. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  /** The field that the message is about. */
  readonly field: SignInField | undefined;

  constructor(message: string, field?: SignInField, cause?: unknown) {
    super(message, { cause });
    this.field = field;
  }
}
