/** A filter pattern that CloudWatch Logs would refuse. */
export class FilterPatternError extends Error {
  override readonly name = 'FilterPatternError';
}
