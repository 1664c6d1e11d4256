import { z } from 'zod';
import { integerScalar, operation, timeScalar } from '../protocol/index.ts';
import { invalidCombination, invalidValue, missingParameter } from './errors.ts';
import {
  checkPeriod,
  dimensionsInput,
  metricNameInput,
  namespaceInput,
  text,
  unitInput,
} from './inputs.ts';
import type { CloudWatchTarget } from './target.ts';

/**
 * The maximum number of data points
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html).
 */
const MAXIMUM_DATAPOINTS = 1440;
const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
const MAXIMUM_EXTENDED = 10;

const getMetricStatisticsInput = z.object({
  Namespace: namespaceInput,
  MetricName: metricNameInput,
  Dimensions: dimensionsInput.optional(),
  StartTime: timeScalar,
  EndTime: timeScalar,
  Period: integerScalar,
  Statistics: z
    .array(z.enum(STATISTICS, `is not one of ${STATISTICS.join(', ')}`))
    .max(STATISTICS.length, 'has more statistics than there are')
    .optional(),
  ExtendedStatistics: z
    .array(text(100))
    .max(MAXIMUM_EXTENDED, `has more than ${MAXIMUM_EXTENDED} statistics`)
    .optional(),
  Unit: unitInput.optional(),
});

/** Makes `GetMetricStatistics`. */
export function getMetricStatistics({ insights }: CloudWatchTarget) {
  return operation(getMetricStatisticsInput, async (input) => {
    const { Statistics: basic = [], ExtendedStatistics: extended = [] } = input;
    if (basic.length === 0 && extended.length === 0) {
      throw missingParameter('Must specify either Statistics or ExtendedStatistics.');
    }
    if (basic.length > 0 && extended.length > 0) {
      throw invalidCombination('You cannot specify both Statistics and ExtendedStatistics.');
    }
    checkPeriod(input.Period, 'Period');
    if (input.StartTime >= input.EndTime) {
      throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
    }
    const periodMs = input.Period * 1000;
    const startMs = Math.floor(input.StartTime / periodMs) * periodMs;
    const count = Math.ceil((input.EndTime - startMs) / periodMs);
    if (count > MAXIMUM_DATAPOINTS) {
      throw invalidCombination(
        `You have requested up to ${count} datapoints, which exceeds the limit of ${MAXIMUM_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    }
    const found = await insights.metrics.query({
      ...{ namespace: input.Namespace, name: input.MetricName, dimensions: input.Dimensions ?? {} },
      ...{ startMs, endMs: input.EndTime, periodSeconds: input.Period, unit: input.Unit },
      statistics: [...basic, ...extended],
    });
    return {
      Label: input.MetricName,
      Datapoints: found.map(({ timestampMs, unit, statistics }) => ({
        Timestamp: new Date(timestampMs),
        ...(extended.length === 0
          ? statistics
          : { ExtendedStatistics: new Map(Object.entries(statistics)) }),
        Unit: unit,
      })),
    };
  });
}
