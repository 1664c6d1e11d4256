import { SamOfflineError } from '../sam-offline-error.ts';

/** An expression that CloudWatch would refuse, or that sam-offline does not evaluate. */
export class MetricMathError extends SamOfflineError {
  override readonly name = 'MetricMathError';
}
