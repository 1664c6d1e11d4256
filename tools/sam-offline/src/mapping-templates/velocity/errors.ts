import { SamOfflineError } from '../../sam-offline-error.ts';

/** A mapping template that cannot be parsed or evaluated; the message says where or why. */
export class TemplateSyntaxError extends SamOfflineError {
  override readonly name = 'TemplateSyntaxError';
}

/** A mapping template that asks for more than API Gateway evaluates, such as a loop that is too long. */
export class TemplateLimitError extends SamOfflineError {
  override readonly name = 'TemplateLimitError';
}
