/**
 * The base class of sam-offline's errors. It says whether the user can remove the cause of an
 * error.
 */
export class SamOfflineError extends Error {
  /**
   * True if the message says what the user has to do. Then the command line prints the message
   * alone. If it is false, an error that reaches the command line is a defect, and is printed with
   * its stack trace.
   */
  readonly isForUser: boolean = false;
}

/** An error whose cause the user can remove. Its message says what was found, and what to do. */
export class UserError extends SamOfflineError {
  override readonly name: string = 'UserError';
  override readonly isForUser = true;
}
