import { z } from 'zod';
import { integerScalar } from '../protocol/index.ts';
import { invalidValue } from './errors.ts';

/** The maximum number of a metric's dimensions. */
const MAXIMUM_DIMENSIONS = 30;

/**
 * The units of CloudWatch
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html).
 */
export const UNITS = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes'],
  ...['Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits', 'Percent', 'Count'],
  ...['Bytes/Second', 'Kilobytes/Second', 'Megabytes/Second', 'Gigabytes/Second'],
  ...['Terabytes/Second', 'Bits/Second', 'Kilobits/Second', 'Megabits/Second'],
  ...['Gigabits/Second', 'Terabits/Second', 'Count/Second', 'None'],
] as const;

export const unitInput = z.enum(UNITS, 'is not one of the units of CloudWatch');

export const namespaceInput = text(255).regex(/^[^:]/, 'begins with ":"');

export const metricNameInput = text(255);

/** Reads a metric's dimensions into a record. */
export const dimensionsInput = z
  .array(z.object({ Name: text(255), Value: text(1024) }))
  .max(MAXIMUM_DIMENSIONS, `has more than ${MAXIMUM_DIMENSIONS} dimensions`)
  .refine(
    (list) => new Set(list.map(({ Name }) => Name)).size === list.length,
    'has a dimension more than once',
  )
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));

/**
 * Makes the schema of a name or a value: ASCII characters that are not all spaces.
 * @param maximum the maximum length, in characters
 */
export function text(maximum: number) {
  return z
    .string('is not a string')
    .min(1, 'is empty')
    .max(maximum, `is longer than ${maximum} characters`)
    .regex(/^[\x20-\x7e]*$/, 'contains characters outside of ASCII')
    .regex(/\S/, 'contains only spaces');
}

/** The maximum number of queries in a `GetMetricData` call. */
export const MAXIMUM_QUERIES = 500;

export const metricDataQueryInput = z
  .object({
    Id: text(255),
    Expression: z.string('is not a string').optional(),
    Label: z.string('is not a string').optional(),
    Period: integerScalar.optional(),
    MetricStat: z
      .object({
        Metric: z.object({
          Namespace: namespaceInput,
          MetricName: metricNameInput,
          Dimensions: dimensionsInput.optional(),
        }),
        Period: integerScalar,
        Stat: text(100),
        Unit: unitInput.optional(),
      })
      .optional(),
    ReturnData: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
    AccountId: z.string().optional(),
  })
  .transform(({ Id, Expression, Label, Period, MetricStat, ReturnData = true }) => ({
    id: Id,
    expression: Expression,
    label: Label,
    periodSeconds: Period,
    metricStat: MetricStat && {
      namespace: MetricStat.Metric.Namespace,
      name: MetricStat.Metric.MetricName,
      dimensions: MetricStat.Metric.Dimensions ?? {},
      periodSeconds: MetricStat.Period,
      stat: MetricStat.Stat,
      unit: MetricStat.Unit,
    },
    returnData: ReturnData === true || ReturnData === 'true',
  }));

/**
 * Checks a period.
 * @throws ServiceError if CloudWatch does not support a period of so many seconds
 */
export function checkPeriod(seconds: number | undefined, parameter: string): void {
  if (seconds === undefined) return;
  if (seconds > 0 && (seconds % 60 === 0 || [1, 5, 10, 20, 30].includes(seconds))) return;
  throw invalidValue(
    `The value ${seconds} for parameter ${parameter} is invalid: it has to be 1, 5, 10, 20, 30, or a multiple of 60 seconds.`,
  );
}
