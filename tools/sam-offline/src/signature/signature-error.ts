import { SamOfflineError } from '../sam-offline-error.ts';

/** AWS's error codes for signatures that it rejects (`x-amzn-ErrorType`, `__type`). */
export type SignatureErrorCode =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'InvalidSignatureException'
  | 'UnrecognizedClientException';

/**
 * AWS would reject the signature of a request. `code` is AWS's exception name and `message` is
 * AWS's text. The HTTP status depends on the service: API Gateway, Lambda and the query protocol of
 * SQS respond with 403, DynamoDB with 400.
 */
export class SignatureError extends SamOfflineError {
  override readonly name = 'SignatureError';
  readonly code: SignatureErrorCode;

  constructor(code: SignatureErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
