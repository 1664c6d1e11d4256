import { SamOfflineError } from '../sam-offline-error.ts';

/** An error of SNS. */
export class TopicError extends SamOfflineError {
  override readonly name = 'TopicError';
  /** `NotFound`, `InvalidParameter` */
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}

export function invalidParameter(message: string): TopicError {
  return new TopicError('InvalidParameter', `Invalid parameter: ${message}`);
}
