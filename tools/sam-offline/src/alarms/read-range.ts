import { evaluateMetricData, MetricMathError, type MetricSource } from '../metric-math/index.ts';
import type { MetricAlarm } from '../template/index.ts';
import { evaluationRangeOf } from './evaluate-metric-alarm.ts';
import type { AlarmDatapoint } from './ruleset.ts';

/**
 * Reads the values that an alarm is evaluated on: one for each period of its evaluation range, the
 * oldest first. The latest period ends at `endMs`, so the periods move with each evaluation.
 * @param endMs ms since 1970
 * @throws MetricMathError, StatisticError for an alarm that CloudWatch would refuse
 */
export async function readRange(
  alarm: MetricAlarm,
  endMs: number,
  metrics: MetricSource,
): Promise<(AlarmDatapoint | undefined)[]> {
  const periodMs = alarm.periodSeconds * 1000;
  const count = evaluationRangeOf(alarm);
  const startMs = endMs - count * periodMs;
  const results = await evaluateMetricData(
    alarm.queries,
    { startMs, endMs, nowMs: endMs, originMs: endMs },
    metrics,
  );
  if (results.length > 1) {
    throw new MetricMathError(
      `The expression gives ${results.length} time series, and an alarm watches one.`,
    );
  }
  const points = results[0]?.series.points;
  return Array.from({ length: count }, (_, index) => {
    const timeMs = startMs + index * periodMs;
    const value = points?.get(timeMs);
    return value === undefined ? undefined : { timeMs, value };
  });
}
