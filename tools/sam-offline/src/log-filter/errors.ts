import { SamOfflineError } from '../sam-offline-error.ts';

/** A filter pattern that CloudWatch Logs would refuse. */
export class FilterPatternError extends SamOfflineError {
  override readonly name = 'FilterPatternError';
}
