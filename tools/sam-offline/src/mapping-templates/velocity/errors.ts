import { SamOfflineError } from '../../sam-offline-error.ts';

/** A mapping template cannot be parsed or evaluated. The message says where or why. */
export class TemplateSyntaxError extends SamOfflineError {
  override readonly name = 'TemplateSyntaxError';
}

/** A mapping template exceeds a limit, such as the number of iterations in a loop. */
export class TemplateLimitError extends SamOfflineError {
  override readonly name = 'TemplateLimitError';
}
