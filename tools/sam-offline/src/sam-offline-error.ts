/** The base of sam-offline's errors, which says whether the user can remove an error's cause. */
export class SamOfflineError extends Error {
  /**
   * True where the message says what the user has to do: the command line prints it alone. Where it
   * is false, an error that reaches the command line is a defect, and is printed with its stack.
   */
  readonly isForUser: boolean = false;
}

/** An error whose cause the user can remove; its message says what was found, and what to do. */
export class UserError extends SamOfflineError {
  override readonly name: string = 'UserError';
  override readonly isForUser = true;
}
