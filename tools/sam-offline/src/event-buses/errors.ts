import { SamOfflineError } from '../sam-offline-error.ts';

/** An error of EventBridge. */
export class EventBridgeError extends SamOfflineError {
  override readonly name = 'EventBridgeError';
  /** `ResourceNotFoundException`, `ValidationException` */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
