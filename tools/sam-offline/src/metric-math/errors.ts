/** An expression that CloudWatch would refuse, or that sam-offline does not evaluate. */
export class MetricMathError extends Error {
  override readonly name = 'MetricMathError';
}
