/** A statistic that CloudWatch does not have. */
export class StatisticError extends Error {
  override readonly name = 'StatisticError';
}
