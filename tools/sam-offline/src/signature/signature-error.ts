import { SamOfflineError } from '../sam-offline-error.ts';

/** The names that AWS gives to a signature it does not take (`x-amzn-ErrorType`, `__type`). */
export type SignatureErrorCode =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'InvalidSignatureException'
  | 'UnrecognizedClientException';

/**
 * A request whose signature AWS would refuse. `code` is AWS's own exception name and `message` its
 * own text. The HTTP status is the service's: API Gateway, Lambda and SQS's query protocol respond
 * with 403, DynamoDB with 400.
 */
export class SignatureError extends SamOfflineError {
  override readonly name = 'SignatureError';
  readonly code: SignatureErrorCode;

  constructor(code: SignatureErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
