import type { AlarmState } from '../events/index.ts';
import { isBreaching } from './comparison.ts';
import { insufficientReason, missingReason, thresholdReason } from './reasons.ts';
import type { AlarmDatapoint, AlarmRuleset } from './ruleset.ts';

/** The result of an evaluation. */
export interface Evaluation {
  readonly state: AlarmState;
  /** The reason, in CloudWatch's words. */
  readonly reason: string;
  /** The data points that the result is based on, the oldest first. */
  readonly datapoints: readonly AlarmDatapoint[];
}

/**
 * How many periods are read. It is more than are evaluated, so that older data can take the place
 * of data that is late or comes irregularly. AWS does not publish its numbers; the examples in its
 * documentation have 5 periods for 3 that are evaluated.
 */
export function evaluationRangeOf({ evaluationPeriods }: AlarmRuleset): number {
  return evaluationPeriods + 2;
}

/**
 * Evaluates an alarm with a static threshold on the periods of its evaluation range, as
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html says.
 *
 * @param range the value of each period, the oldest first, as many as `evaluationRangeOf` says;
 *   undefined for a period without one
 * @returns undefined where the alarm keeps its state
 */
export function evaluateMetricAlarm(
  rules: AlarmRuleset,
  range: readonly (AlarmDatapoint | undefined)[],
): Evaluation | undefined {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rules;
  const breaches = ({ value }: AlarmDatapoint): boolean =>
    isBreaching(value, rules.comparisonOperator, rules.threshold);
  // If there are enough data points, the latest ones count, however many are missing between them.
  const datapoints = range.filter((point) => point !== undefined).slice(-evaluationPeriods);
  const missing = evaluationPeriods - datapoints.length;
  const breaching = datapoints.filter(breaches).length;

  const result = (state: AlarmState, filled = 0): Evaluation => ({
    state,
    reason: thresholdReason(rules, datapoints, breaches, state, filled),
    datapoints,
  });
  if (breaching >= datapointsToAlarm) return result('ALARM');
  if (missing === 0) return result('OK');
  if (treatMissingData === 'breaching' || treatMissingData === 'notBreaching') {
    const isFilledBreaching = treatMissingData === 'breaching';
    const count = breaching + (isFilledBreaching ? missing : 0);
    const state = count >= datapointsToAlarm ? 'ALARM' : 'OK';
    if (datapoints.length > 0) return result(state, missing);
    return { state, reason: missingReason(evaluationPeriods, isFilledBreaching), datapoints };
  }
  if (datapoints.length === 0) {
    if (treatMissingData === 'ignore') return undefined;
    return {
      state: 'INSUFFICIENT_DATA',
      reason: insufficientReason(evaluationPeriods),
      datapoints,
    };
  }
  if (breaching < datapoints.length) return result('OK');
  // All known values breach, but there are fewer of them than the alarm needs. The state becomes
  // ALARM once the oldest of them is as many periods old as the alarm needs. Before that, the next
  // values may still not breach.
  if (treatMissingData === 'missing' && ageOfOldest(range, datapoints) >= datapointsToAlarm) {
    return result('ALARM');
  }
  return undefined;
}

/** The age of a value in periods: 1 for the latest period of the range. */
function ageOfOldest(
  range: readonly (AlarmDatapoint | undefined)[],
  datapoints: readonly AlarmDatapoint[],
): number {
  const [oldest] = datapoints;
  return oldest === undefined ? 0 : range.length - range.indexOf(oldest);
}
