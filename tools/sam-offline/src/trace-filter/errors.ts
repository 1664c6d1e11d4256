import { SamOfflineError } from '../sam-offline-error.ts';

/** A filter expression that X-Ray would refuse, or that sam-offline does not evaluate. */
export class TraceFilterError extends SamOfflineError {
  override readonly name = 'TraceFilterError';
}
