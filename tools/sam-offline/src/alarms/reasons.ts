import type { AlarmState } from '../events/index.ts';
import type { AlarmDatapoint, AlarmRuleset } from './ruleset.ts';
import { wordsOf } from './comparison.ts';

/** The reasons of states, in CloudWatch's words. */

export const INITIAL_REASON = 'Unchecked: Initial alarm creation';

/** The most data points that a reason lists. */
const MAXIMUM_LISTED = 5;

/** The reason of a state that follows from data points, in CloudWatch's words. */
export function thresholdReason(
  { comparisonOperator, threshold, evaluationPeriods, datapointsToAlarm }: AlarmRuleset,
  datapoints: readonly AlarmDatapoint[],
  breaches: (point: AlarmDatapoint) => boolean,
  state: AlarmState,
  missing: number,
): string {
  const isAlarm = state === 'ALARM';
  const shown = datapoints.filter((point) => breaches(point) === isAlarm).slice(-MAXIMUM_LISTED);
  const list = shown.map(({ value, timeMs }) => `${decimal(value)} (${timeOf(timeMs)})`).join(', ');
  const is = shown.length === 1 ? 'was' : 'were';
  const needed = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const change = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK';
  const filled =
    missing === 0
      ? ''
      : ` and ${missing} missing ${points(missing)} ${missing === 1 ? 'was' : 'were'} filled in`;
  return (
    `Threshold Crossed: ${shown.length} out of the last ${evaluationPeriods} datapoints [${list}] ` +
    `${is} ${isAlarm ? '' : 'not '}${wordsOf(comparisonOperator)} the threshold (${decimal(threshold)})${filled} ` +
    `(minimum ${needed} ${points(needed)} for ${change} transition).`
  );
}

/** The reason if no period had a value, and all of them were filled in. */
export function missingReason(periods: number, isBreaching: boolean): string {
  const counted = `${periods} ${periods === 1 ? 'period' : 'periods'}`;
  const are = periods === 1 ? 'was' : 'were';
  return (
    `Threshold Crossed: no datapoints were received for ${counted} and ${periods} missing ` +
    `${points(periods)} ${are} treated as [${isBreaching ? 'Breaching' : 'NonBreaching'}].`
  );
}

/**
 * The reason of the state INSUFFICIENT_DATA.
 *
 * @param periods how many periods had no data
 */
export function insufficientReason(periods: number): string {
  return `Insufficient Data: ${periods} ${points(periods)} ${periods === 1 ? 'was' : 'were'} unknown.`;
}

function points(count: number): string {
  return count === 1 ? 'datapoint' : 'datapoints';
}

/** A number as Java writes it: `5.0`. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `25/11/26 14:05:00` */
function timeOf(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
