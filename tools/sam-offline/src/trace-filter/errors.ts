/** A filter expression that X-Ray would refuse, or that sam-offline does not evaluate. */
export class TraceFilterError extends Error {
  override readonly name = 'TraceFilterError';
}
