import { evaluateMetricAlarm, evaluationRangeOf } from './evaluate-metric-alarm.ts';
import type { AlarmDatapoint } from './ruleset.ts';

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** `0`: a value that does not breach, `-`: no value, `X`: a value that breaches. */
function rangeOf(text: string): (AlarmDatapoint | undefined)[] {
  return text
    .split(' ')
    .map((each, index) =>
      each === '-' ? undefined : { timeMs: index * 60_000, value: each === 'X' ? 10 : 0 },
    );
}

function rules(
  evaluationPeriods: number,
  datapointsToAlarm: number,
  treatMissingData: (typeof TREATMENTS)[number],
) {
  return {
    ...{ evaluationPeriods, datapointsToAlarm, treatMissingData, threshold: 5 },
    comparisonOperator: 'GreaterThanThreshold' as const,
  };
}

const KEPT = undefined;
const NO_DATA = 'INSUFFICIENT_DATA';

describe('an alarm', () => {
  // The tables of AWS's documentation, "How alarm state is evaluated when data is missing".
  it.each([
    [3, 3, '0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    [3, 3, '- - - - 0', ['OK', 'OK', 'OK', 'OK']],
    [3, 3, '- - - - -', [NO_DATA, KEPT, 'ALARM', 'OK']],
    [3, 3, '0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [3, 3, '- - X - -', ['ALARM', KEPT, 'ALARM', 'OK']],
    [3, 2, '0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [3, 2, '0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [3, 2, '0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    [3, 2, '- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    [3, 2, '- - - X -', ['ALARM', KEPT, 'ALARM', 'OK']],
    // The only value is not old enough for the alarm to change its state although others are
    // missing.
    [3, 3, '- - - - X', [KEPT, KEPT, 'ALARM', 'OK']],
    [1, 1, '- - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [1, 1, '- X 0', ['OK', 'OK', 'OK', 'OK']],
    // The latest value counts, however old it is within the evaluation range.
    [1, 1, 'X - -', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [2, 1, 'X 0 0 0', ['OK', 'OK', 'OK', 'OK']],
  ])('%i periods, %i to alarm: %s', (periods, toAlarm, range, expected) => {
    expect(evaluationRangeOf(rules(periods, toAlarm, 'missing'))).toBe(range.split(' ').length);
    expect(
      TREATMENTS.map(
        (treatment) =>
          evaluateMetricAlarm(rules(periods, toAlarm, treatment), rangeOf(range))?.state,
      ),
    ).toEqual(expected);
  });

  it.each([
    ['GreaterThanThreshold', [false, false, true]],
    ['GreaterThanOrEqualToThreshold', [false, true, true]],
    ['LessThanThreshold', [true, false, false]],
    ['LessThanOrEqualToThreshold', [true, true, false]],
  ] as const)('goes to ALARM for values that are %s', (comparisonOperator, expected) => {
    expect(
      [4, 5, 6].map(
        (value) =>
          evaluateMetricAlarm({ ...rules(1, 1, 'missing'), comparisonOperator }, [
            { timeMs: 0, value },
          ])?.state === 'ALARM',
      ),
    ).toEqual(expected);
  });

  it('says why', () => {
    const reasonOf = (range: string, treatment: (typeof TREATMENTS)[number] = 'missing') =>
      evaluateMetricAlarm(rules(3, 2, treatment), rangeOf(range))?.reason;
    expect(reasonOf('0 0 X 0 X')).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [10.0 (01/01/70 00:02:00), 10.0 (01/01/70 00:04:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
    expect(reasonOf('0 0 0 0 0')).toMatch(
      /^Threshold Crossed: 3 out of the last 3 datapoints .* were not greater than the threshold \(5\.0\) \(minimum 2 datapoints for ALARM -> OK transition\)\.$/,
    );
    expect(reasonOf('- - - - -')).toBe('Insufficient Data: 3 datapoints were unknown.');
    expect(reasonOf('- - - - -', 'breaching')).toBe(
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].',
    );
  });
});
