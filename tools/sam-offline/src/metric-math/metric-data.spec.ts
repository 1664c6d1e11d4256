import { MetricStore } from '../insights/index.ts';
import {
  evaluateMetricData,
  MetricMathError,
  type MetricDataQuery,
  type MetricSource,
} from './index.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 5, 10, 0);

/**
 * Values by metric, one for each minute from the start. Null means that the minute has no value.
 */
type Values = Readonly<Record<string, readonly (number | null)[]>>;

function sourceOf(values: Values): MetricSource {
  const store = new MetricStore();
  for (const [name, ofMetric] of Object.entries(values)) {
    const id = { namespace: 'Test', name, dimensions: {} };
    ofMetric.forEach((value, minute) => {
      if (value !== null) store.add(store.series(id, 'None'), START_MS + minute * MINUTE_MS, value);
    });
  }
  return {
    list: (filter) => Promise.resolve(store.list(filter)),
    query: (query) => Promise.resolve(store.query(query)),
  };
}

function stat(id: string, more: Partial<MetricDataQuery> = {}): MetricDataQuery {
  const metricStat = {
    namespace: 'Test',
    name: id,
    dimensions: {},
    periodSeconds: 60,
    stat: 'Sum',
  };
  return { id, metricStat, returnData: false, ...more };
}

/**
 * The values of an expression in each of the first minutes. Null means that the minute has no
 * value.
 */
async function results(expression: string, values: Values, minutes = 4) {
  const range = {
    startMs: START_MS,
    endMs: START_MS + minutes * MINUTE_MS,
    nowMs: START_MS + minutes * MINUTE_MS,
  };
  const queries = [
    ...Object.keys(values).map((id) => stat(id)),
    { id: 'result', expression, returnData: true },
  ];
  const found = await evaluateMetricData(queries, range, sourceOf(values));
  return found.map(({ series }) => ({
    label: series.label,
    values: Array.from(
      { length: minutes },
      (_, minute) => series.points.get(START_MS + minute * MINUTE_MS) ?? null,
    ),
  }));
}

async function valuesOf(
  expression: string,
  values: Values,
): Promise<(number | null)[] | undefined> {
  return (await results(expression, values))[0]?.values;
}

describe('operators', () => {
  const values = { m1: [1, 2, 3, null], m2: [2, 2, 2, 2], zero: [0, 1, 0, 1] };

  it.each([
    ['m1 + m2', [3, 4, 5, null]],
    ['m1 - m2 * 2', [-3, -2, -1, null]],
    ['(m1 - m2) * 2', [-2, 0, 2, null]],
    ['-m1 + 10', [9, 8, 7, null]],
    ['m2 - -1', [3, 3, 3, 3]],
    ['10 - 2 - m1', [7, 6, 5, null]],
    ['m1 ^ 2', [1, 4, 9, null]],
    ['100 * m1 / m2', [50, 100, 150, null]],
    ['1e2*m1/m2', [50, 100, 150, null]],
    // A division by 0 gives no value.
    ['m2 / zero', [null, 2, null, 2]],
    ['m1 > m2', [0, 0, 1, null]],
    ['m1 >= m2', [0, 1, 1, null]],
    ['m1 < 2', [1, 0, 0, null]],
    ['m1 == 2', [0, 1, 0, null]],
    ['m1 != 2', [1, 0, 1, null]],
    ['m1 > 1 AND zero == 0', [0, 0, 1, null]],
    ['m1 > 2 OR zero', [0, 1, 1, null]],
    ['m1 > 2 || m1 < 2 && zero > 5', [0, 0, 1, null]],
    ['m1 + 1 > m2', [0, 1, 1, null]],
  ])('%s', async (expression, expected) => {
    expect(await valuesOf(expression, values)).toEqual(expected);
  });
});

describe('functions', () => {
  const values = { m1: [1, null, 3, 8], m2: [-1.5, 2.5, null, 4], none: [] };

  it.each([
    ['ABS(m2)', [1.5, 2.5, null, 4]],
    ['CEIL(m2)', [-1, 3, null, 4]],
    ['FLOOR(m2)', [-2, 2, null, 4]],
    ['LOG10(m1 * 10)', [1, null, Math.log10(30), Math.log10(80)]],
    ['m1 - AVG(m1)', [-3, null, -1, 4]],
    ['m1 / SUM(m1)', [1 / 12, null, 3 / 12, 8 / 12]],
    ['m1 + MAX(m1) - MIN(m1)', [8, null, 10, 15]],
    ['STDDEV(m1) ^ 2 * 3 + 0 * m1', [26, null, 26, 26]],
    ['SUM([m1, m2])', [-0.5, 2.5, 3, 12]],
    ['AVG([m1, m2])', [-0.25, 2.5, 3, 6]],
    ['MAX(METRICS())', [1, 2.5, 3, 8]],
    ['MIN(METRICS("m"))', [-1.5, 2.5, 3, 4]],
    ['SUM(METRICS("m2"))', [-1.5, 2.5, null, 4]],
    ['RATE(m1)', [null, null, 2 / 120, 5 / 60]],
    ['DIFF(m1)', [null, null, 2, 5]],
    ['DIFF_TIME(m1)', [null, null, 120, 60]],
    ['RUNNING_SUM(m1)', [1, null, 4, 12]],
    ['m1 / PERIOD(m1)', [1 / 60, null, 3 / 60, 8 / 60]],
    ['FILL(m1, 0)', [1, 0, 3, 8]],
    ['FILL(m1, m2)', [1, 2.5, 3, 8]],
    ['FILL(m1, REPEAT)', [1, 1, 3, 8]],
    ['FILL(m1, LINEAR)', [1, 2, 3, 8]],
    ['FILL(none, 0)', [0, 0, 0, 0]],
    ['FILL(none, REPEAT)', [null, null, null, null]],
    ['TIME_SERIES(5)', [5, 5, 5, 5]],
    ['IF(m1 > 2, m1, 0)', [0, null, 3, 8]],
    ['IF(FILL(m1, 0) > 2, 1, m2)', [-1.5, 2.5, 1, 1]],
    ['IF(m1 > 2, 1)', [null, null, 1, 1]],
    ['IF(1 > 2, m1, m2)', [-1.5, 2.5, null, 4]],
    ['IF(AVG(m1) > 2, m1)', [1, null, 3, 8]],
    ['DATAPOINT_COUNT([m1, m2])', [2, 1, 1, 2]],
    ['m1 * 0 + METRIC_COUNT(METRICS())', [3, null, 3, 3]],
    ['FIRST(METRICS())', [1, null, 3, 8]],
    ['LAST(METRICS())', [null, null, null, null]],
    ['SUM(SLICE(METRICS(), 1))', [-1.5, 2.5, null, 4]],
    ['FIRST(SORT(METRICS("m"), MAX, ASC))', [-1.5, 2.5, null, 4]],
    ['SUM(SORT(METRICS("m"), SUM, DESC, 1))', [1, null, 3, 8]],
    ['HOUR(m1) * 100 + MINUTE(m1)', [1000, null, 1002, 1003]],
    ['DAY(m1) * 10000 + DATE(m1) * 100 + MONTH(m1)', [10501, null, 10501, 10501]],
    [
      'EPOCH(m1) + 0 * YEAR(m1)',
      [0, null, 2, 3].map((minute) => (minute === null ? null : START_MS / 1000 + minute * 60)),
    ],
  ])('%s', async (expression, expected) => {
    const found = await valuesOf(expression, values);
    expect(found?.map((value) => (value === null ? null : Math.round(value * 1e9) / 1e9))).toEqual(
      expected.map((value) => (value === null ? null : Math.round(value * 1e9) / 1e9)),
    );
  });

  it('gives a result the label of its query, or the id if the query has no label', async () => {
    const range = { startMs: START_MS, endMs: START_MS + 240_000, nowMs: START_MS + 240_000 };
    const found = await evaluateMetricData(
      [
        stat('m1'),
        { id: 'e1', expression: '100 * m1 / 2', label: 'share', returnData: true },
        { id: 'e2', expression: 'm1 + m1', returnData: true },
      ],
      range,
      sourceOf(values),
    );
    expect(found.map(({ series }) => series.label)).toEqual(['share', 'e2']);
  });

  it('gives one result for each series of an array', async () => {
    const range = { startMs: START_MS, endMs: START_MS + 240_000, nowMs: START_MS + 240_000 };
    expect(
      (
        await evaluateMetricData(
          [
            stat('m1', { label: 'first' }),
            stat('m2'),
            { id: 'all', expression: 'METRICS() * 100', returnData: true },
          ],
          range,
          sourceOf(values),
        )
      ).map(({ query, series }) => [query.id, series.label, [...series.points.values()]]),
    ).toEqual([
      ['all', 'first', [100, 300, 800]],
      ['all', 'm2', [-150, 250, 400]],
    ]);
    expect(await results('REMOVE_EMPTY(METRICS())', values)).toHaveLength(2);
  });

  it('fills nothing that lies in the future', async () => {
    const range = { startMs: START_MS, endMs: START_MS + 600_000, nowMs: START_MS + 90_000 };
    const [found] = await evaluateMetricData(
      [stat('m1'), { id: 'e1', expression: 'FILL(m1, 0)', returnData: true }],
      range,
      sourceOf({ m1: [] }),
    );
    expect(found?.series.points.size).toBe(2);
  });

  it('evaluates expressions of expressions, in whichever order they are written', async () => {
    const range = { startMs: START_MS, endMs: START_MS + 60_000, nowMs: START_MS + 60_000 };
    const found = await evaluateMetricData(
      [
        { id: 'e2', expression: 'e1 * 2', returnData: true },
        { id: 'e1', expression: 'm1 + 1', returnData: true },
        stat('m1', { returnData: true }),
      ],
      range,
      sourceOf({ m1: [5] }),
    );
    expect(found.map(({ query, series }) => [query.id, ...series.points.values()])).toEqual([
      ['e2', 12],
      ['e1', 6],
      ['m1', 5],
    ]);
  });
});

describe('what is refused', () => {
  it.each([
    ['m1 +', /Error in expression 'result': The expression ends where/],
    ['m1 ; 2', /Unexpected ";" at character 4/],
    ['(m1', /"\)" is expected/],
    ['m1 m1', /expected an operator/],
    ['unknown + 1', /no metric with the id "unknown"/],
    ['NOTHING(m1)', /no function NOTHING/],
    ['toString(m1)', /no function toString/],
    ['ANOMALY_DETECTION_BAND(m1, 2)', /does not evaluate ANOMALY_DETECTION_BAND: it needs/],
    ['SERVICE_QUOTA(m1)', /does not evaluate SERVICE_QUOTA/],
    ['SELECT AVG(x) FROM y', /Metrics Insights/],
    ['METRICS() + METRICS()', /does not combine an array/],
    ['AVG(m1)', /it gives the number 1/],
    ['ABS(m1, m1)', /ABS takes 1 parameters; it was given 2/],
    ['FILL(m1, LATER)', /not the word LATER/],
    ['SUM(1)', /SUM takes an array/],
    ['[m1, 2]', /takes time series only/],
    ['SEARCH(m1)', /SEARCH takes a search/],
    ['result + 1', /"result" refers to itself/],
    ['('.repeat(300) + 'm1' + ')'.repeat(300), /nested deeper/],
    ['m1+'.repeat(700) + 'm1', /2102 characters/],
  ])('%s', async (expression, message) => {
    const attempt = results(expression, { m1: [1] });
    await expect(attempt).rejects.toThrow(MetricMathError);
    await expect(attempt).rejects.toThrow(message);
  });

  it('ids that are used twice or not valid', async () => {
    const range = { startMs: 0, endMs: 1, nowMs: 1 };
    const source = sourceOf({});
    await expect(evaluateMetricData([stat('m1'), stat('m1')], range, source)).rejects.toThrow(
      'more than once',
    );
    await expect(evaluateMetricData([stat('M1')], range, source)).rejects.toThrow(
      'lowercase letter',
    );
  });
});

describe('SEARCH', () => {
  const store = new MetricStore();
  const add = (
    namespace: string,
    name: string,
    dimensions: Record<string, string>,
    value: number,
  ) => {
    store.add(store.series({ namespace, name, dimensions }, 'Count'), START_MS, value);
  };
  add('AWS/Lambda', 'Errors', { FunctionName: 'shop-api' }, 1);
  add('AWS/Lambda', 'Errors', { FunctionName: 'shop-fanOut' }, 2);
  add('AWS/Lambda', 'Invocations', { FunctionName: 'shop-api' }, 10);
  add('AWS/Lambda', 'Errors', {}, 100);
  add('AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'jobs' }, 7);
  const source: MetricSource = {
    list: (filter) => Promise.resolve(store.list(filter)),
    query: (query) => Promise.resolve(store.query(query)),
  };

  async function search(text: string, more = ", 'Sum', 60"): Promise<[string, number][]> {
    const found = await evaluateMetricData(
      [{ id: 'e1', expression: `SEARCH('${text}'${more})`, returnData: true }],
      { startMs: START_MS, endMs: START_MS + 60_000, nowMs: START_MS + 60_000 },
      source,
    );
    return found.map(({ series }) => [series.label, [...series.points.values()][0] ?? NaN]);
  }

  it.each([
    [
      '{AWS/Lambda,FunctionName} MetricName="Errors"',
      [
        ['shop-api', 1],
        ['shop-fanOut', 2],
      ],
    ],
    ['{AWS/Lambda, FunctionName} Errors api', [['shop-api', 1]]],
    ['{AWS/Lambda,FunctionName} Errors NOT api', [['shop-fanOut', 2]]],
    [
      '{AWS/Lambda,FunctionName} api AND (Errors OR Invocations)',
      [
        ['shop-api Errors', 1],
        ['shop-api Invocations', 10],
      ],
    ],
    [
      '{AWS/Lambda,FunctionName} MetricName=("Errors" OR "Throttles") fan out',
      [['shop-fanOut', 2]],
    ],
    ['{AWS/Lambda,FunctionName} FunctionName="shop-fanOut"', [['shop-fanOut', 2]]],
    ['{AWS/Lambda,FunctionName} MetricName="Error"', []],
    ['{AWS/Lambda} Errors', [['Errors', 100]]],
    ['messages', [['jobs', 7]]],
    ['Namespace="AWS/SQS"', [['jobs', 7]]],
    ['{AWS/Lambda,FunctionName,Other}', []],
  ])('%s', async (text, expected) => {
    expect(await search(text)).toEqual(expected);
  });

  it.each([
    ['{AWS/Lambda,FunctionName} (api', /ends where|is expected/],
    ['{AWS/Lambda,FunctionName} MetricName=', /a term is expected/],
  ])('refuses %s', async (text, message) => {
    await expect(search(text)).rejects.toThrow(message);
  });

  it('can be summed', async () => {
    const [found] = await evaluateMetricData(
      [
        {
          id: 'e1',
          expression: `SUM(SEARCH('{AWS/Lambda,FunctionName} MetricName="Errors"', 'Sum', 60))`,
          returnData: true,
        },
      ],
      { startMs: START_MS, endMs: START_MS + 60_000, nowMs: START_MS + 60_000 },
      source,
    );
    expect([...(found?.series.points ?? [])]).toEqual([[START_MS, 3]]);
  });
});
