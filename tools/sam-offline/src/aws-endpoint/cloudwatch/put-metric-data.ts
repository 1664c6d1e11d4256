import { z } from 'zod';
import type { MetricDatum } from '../../events/index.ts';
import type { MetricData } from '../../insights/index.ts';
import { integerScalar, numberScalar, operation, timeScalar } from '../protocol/index.ts';
import { invalidCombination, invalidValue, missingParameter } from './errors.ts';
import { dimensionsInput, metricNameInput, namespaceInput, unitInput } from './inputs.ts';
import type { CloudWatchTarget } from './target.ts';

/**
 * The maximum number of metrics in a call
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html).
 */
const MAXIMUM_METRICS = 1000;
const MAXIMUM_VALUES = 150;
const MAXIMUM_MAGNITUDE = 2 ** 360;
const MAXIMUM_AGE_MS = 14 * 24 * 3600 * 1000;
const MAXIMUM_LEAD_MS = 2 * 3600 * 1000;

const datumInput = z.object({
  MetricName: metricNameInput,
  Dimensions: dimensionsInput.optional(),
  Timestamp: timeScalar.optional(),
  Value: numberScalar.optional(),
  Values: z.array(numberScalar).optional(),
  Counts: z.array(numberScalar).optional(),
  StatisticValues: z
    .object({
      SampleCount: numberScalar,
      Sum: numberScalar,
      Minimum: numberScalar,
      Maximum: numberScalar,
    })
    .optional(),
  Unit: unitInput.optional(),
  StorageResolution: integerScalar.optional(),
});
type DatumInput = z.output<typeof datumInput>;

const putMetricDataInput = z.object({
  Namespace: namespaceInput,
  MetricData: z.array(datumInput).optional(),
  EntityMetricData: z.array(z.object({ MetricData: z.array(datumInput).optional() })).optional(),
});

/** Makes `PutMetricData`, for single values, values with counts, and statistic sets. */
export function putMetricData({ insights, nowMs }: CloudWatchTarget) {
  return operation(putMetricDataInput, ({ Namespace, MetricData, EntityMetricData }) => {
    if (Namespace.startsWith('AWS/')) {
      throw invalidValue(
        'The value AWS/ for parameter Namespace is invalid: names that begin with it are reserved for the metrics of AWS.',
      );
    }
    const data = [
      ...(MetricData ?? []),
      ...(EntityMetricData ?? []).flatMap((each) => each.MetricData ?? []),
    ];
    if (data.length === 0) throw missingParameter('The parameter MetricData is required.');
    if (data.length > MAXIMUM_METRICS) {
      throw invalidValue(
        `The collection MetricData must not have a size greater than ${MAXIMUM_METRICS}.`,
      );
    }
    const now = nowMs();
    // All metrics are checked before one is stored.
    insights.putMetrics(
      data.map((datum, index): MetricData => {
        const at = `MetricData.member.${index + 1}`;
        const timestampMs = datum.Timestamp ?? now;
        checkTime(timestampMs, now, `${at}.Timestamp`);
        return { namespace: Namespace, timestampMs, datum: datumOf(datum, at) };
      }),
    );
    return undefined;
  });
}

function checkTime(timestampMs: number, nowMs: number, parameter: string): void {
  if (timestampMs < nowMs - MAXIMUM_AGE_MS || timestampMs > nowMs + MAXIMUM_LEAD_MS) {
    throw invalidValue(
      `The parameter ${parameter} must specify a time within the past two weeks, or up to two hours ahead.`,
    );
  }
}

function datumOf(datum: DatumInput, at: string): MetricDatum {
  const { StorageResolution: resolution = 60 } = datum;
  if (resolution !== 1 && resolution !== 60) {
    throw invalidValue(
      `The value ${resolution} for parameter ${at}.StorageResolution is invalid: it is 1 or 60.`,
    );
  }
  const given = (['Value', 'Values', 'StatisticValues'] as const).filter(
    (name) => datum[name] !== undefined,
  );
  if (given.length > 1) {
    throw invalidCombination(
      `The parameters ${given.map((name) => `${at}.${name}`).join(' and ')} are mutually exclusive and you have specified both.`,
    );
  }
  const common = {
    metricName: datum.MetricName,
    dimensions: datum.Dimensions ?? {},
    unit: datum.Unit ?? 'None',
    storageResolution: resolution,
  } as const;
  if (datum.StatisticValues !== undefined) {
    return { ...common, values: [], statisticSet: statisticSetOf(datum.StatisticValues, at) };
  }
  if (datum.Values !== undefined) return { ...common, ...valuesOf(datum, datum.Values, at) };
  if (datum.Value === undefined) {
    throw missingParameter(
      `At least one of the parameters must be specified: ${at}.Value, ${at}.Values, ${at}.StatisticValues.`,
    );
  }
  checkValue(datum.Value, `${at}.Value`);
  return { ...common, values: [datum.Value] };
}

function valuesOf(
  { Counts: counts }: DatumInput,
  values: readonly number[],
  at: string,
): Pick<MetricDatum, 'values' | 'counts'> {
  if (values.length === 0) throw invalidValue(`The parameter ${at}.Values has no values.`);
  if (values.length > MAXIMUM_VALUES) {
    throw invalidValue(
      `The collection ${at}.Values must not have a size greater than ${MAXIMUM_VALUES}.`,
    );
  }
  values.forEach((value, index) => {
    checkValue(value, `${at}.Values.member.${index + 1}`);
  });
  if (counts === undefined) return { values };
  if (counts.length !== values.length) {
    throw invalidValue(
      `The parameters ${at}.Values and ${at}.Counts must be of the same size; they have ${values.length} and ${counts.length}.`,
    );
  }
  counts.forEach((count, index) => {
    const parameter = `${at}.Counts.member.${index + 1}`;
    checkValue(count, parameter);
    if (count < 0)
      throw invalidValue(
        `The value ${count} for parameter ${parameter} is invalid: it is negative.`,
      );
  });
  return { values, counts };
}

function statisticSetOf(
  set: NonNullable<DatumInput['StatisticValues']>,
  at: string,
): NonNullable<MetricDatum['statisticSet']> {
  for (const [name, value] of Object.entries(set))
    checkValue(value, `${at}.StatisticValues.${name}`);
  const { SampleCount: sampleCount, Sum: sum, Minimum: minimum, Maximum: maximum } = set;
  if (sampleCount <= 0 || minimum > maximum) {
    throw invalidValue(
      `The value for parameter ${at}.StatisticValues is invalid: SampleCount has to be above 0, and Minimum not above Maximum.`,
    );
  }
  return { sampleCount, sum, minimum, maximum };
}

function checkValue(value: number, parameter: string): void {
  if (Number.isFinite(value) && Math.abs(value) <= MAXIMUM_MAGNITUDE) return;
  throw invalidValue(
    `The value ${value} for parameter ${parameter} is invalid: it has to be a number from -2^360 to 2^360.`,
  );
}
