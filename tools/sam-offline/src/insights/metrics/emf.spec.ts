import { NOW_MS } from '../testing/facts.ts';
import { readEmf } from './emf.ts';

function emf(directives: unknown, members: object = {}, timestamp: unknown = NOW_MS): string {
  return JSON.stringify({
    _aws: { Timestamp: timestamp, CloudWatchMetrics: directives },
    ...members,
  });
}

const LATENCY = { Name: 'latency', Unit: 'Milliseconds' };

function readOne(metric: object, members: object) {
  return readEmf(
    emf([{ Namespace: 'Shop', Dimensions: [[]], Metrics: [metric] }], members),
    NOW_MS,
  );
}

describe('the embedded metric format', () => {
  it('makes a metric of each set of dimensions, of every directive', () => {
    const line = emf(
      [
        {
          Namespace: 'Shop',
          Dimensions: [['service'], ['service', 'stage'], []],
          Metrics: [LATENCY],
        },
        { Namespace: 'Other', Dimensions: [['service']], Metrics: [{ Name: 'orders' }] },
      ],
      { service: 'api', stage: 'dev', latency: 7, orders: 2 },
    );
    const read = readEmf(line, NOW_MS);
    expect(read?.problems).toEqual([]);
    expect(
      read?.data.map(({ namespace, datum }) => [namespace, datum.metricName, datum.dimensions]),
    ).toEqual([
      ['Shop', 'latency', { service: 'api' }],
      ['Shop', 'latency', { service: 'api', stage: 'dev' }],
      ['Shop', 'latency', {}],
      ['Other', 'orders', { service: 'api' }],
    ]);
  });

  it.each([
    ['a number', 5, { values: [5] }],
    ['an array of numbers', [1, 2, 2], { values: [1, 2, 2] }],
    [
      'values with counts',
      { Values: [1, 4], Counts: [10, 3] },
      { values: [1, 4], counts: [10, 3] },
    ],
    [
      'a statistic set',
      { Min: 1, Max: 9, Sum: 20, Count: 4 },
      { values: [], statisticSet: { minimum: 1, maximum: 9, sum: 20, sampleCount: 4 } },
    ],
  ])('takes %s', (_name, value, expected) => {
    expect(readOne(LATENCY, { latency: value })?.data[0]?.datum).toMatchObject(expected);
  });

  it('is found behind what Node.js puts before a line of console.log', () => {
    const line = emf([{ Namespace: 'Shop', Metrics: [LATENCY] }], { latency: 3 });
    const read = readEmf(`2026-11-25T12:00:00.000Z\tc3e0-1\tINFO\t${line}`, NOW_MS);
    expect(read).toMatchObject({ problems: [], data: [{ datum: { values: [3] } }] });
  });

  it('keeps unit and storage resolution, and has defaults for both', () => {
    const high = readOne({ Name: 'x', Unit: 'Bytes', StorageResolution: 1 }, { x: 1 });
    expect(high?.data[0]?.datum).toMatchObject({ unit: 'Bytes', storageResolution: 1 });
    const plain = readOne({ Name: 'x' }, { x: 1 });
    expect(plain?.data[0]?.datum).toMatchObject({ unit: 'None', storageResolution: 60 });
  });

  it('keeps thirty dimensions, and refuses thirty-one, naming how many there are', () => {
    const names = Array.from({ length: 31 }, (_, index) => `d${index}`);
    const members = Object.fromEntries(names.map((name) => [name, 'v']));
    const read = (count: number) =>
      readEmf(
        emf([{ Namespace: 'Shop', Dimensions: [names.slice(0, count)], Metrics: [LATENCY] }], {
          ...members,
          latency: 1,
        }),
        NOW_MS,
      );
    expect(Object.keys(read(30)?.data[0]?.datum.dimensions ?? {})).toHaveLength(30);
    expect(read(31)).toMatchObject({
      data: [],
      problems: ['_aws.CloudWatchMetrics[0].Dimensions[0] has 31 dimensions; CloudWatch takes 30'],
    });
  });

  it.each([
    [
      'a member that is missing',
      [{ Namespace: 'S', Metrics: [LATENCY] }],
      {},
      'the member "latency"',
    ],
    [
      'a text for a number',
      [{ Namespace: 'S', Metrics: [LATENCY] }],
      { latency: '7' },
      'the member "latency"',
    ],
    [
      'a dimension that is a number',
      [{ Namespace: 'S', Dimensions: [['a']], Metrics: [LATENCY] }],
      { a: 1, latency: 1 },
      'the member "a"',
    ],
    [
      'a unit that does not exist',
      [{ Namespace: 'S', Metrics: [{ Name: 'x', Unit: 'Parsecs' }] }],
      { x: 1 },
      '"Parsecs"',
    ],
    [
      'a resolution of 30 s',
      [{ Namespace: 'S', Metrics: [{ Name: 'x', StorageResolution: 30 }] }],
      { x: 1 },
      'expected 1 or 60',
    ],
    ['no namespace', [{ Metrics: [LATENCY] }], { latency: 1 }, '.Namespace'],
    [
      '101 metrics',
      [{ Namespace: 'S', Metrics: Array(101).fill(LATENCY) }],
      { latency: 1 },
      '101 metrics',
    ],
    [
      '101 values',
      [{ Namespace: 'S', Metrics: [LATENCY] }],
      { latency: Array(101).fill(1) },
      '101 values',
    ],
    [
      'counts of another length',
      [{ Namespace: 'S', Metrics: [LATENCY] }],
      { latency: { Values: [1], Counts: [1, 2] } },
      'Counts',
    ],
    ['directives that are not an array', { Namespace: 'S' }, {}, 'not an array'],
    ['a directive that is null', [null], {}, 'not an object'],
  ])('names %s', (_name, directives, members, problem) => {
    const read = readEmf(emf(directives, members), NOW_MS);
    expect(read?.data).toEqual([]);
    expect(read?.problems).toEqual([expect.stringContaining(problem)]);
  });

  it('counts the good metrics of a line that has a bad one', () => {
    const metrics = [LATENCY, { Name: 'missing' }];
    const read = readEmf(emf([{ Namespace: 'S', Metrics: metrics }], { latency: 3 }), NOW_MS);
    expect(read?.data).toHaveLength(1);
    expect(read?.problems).toHaveLength(1);
  });

  it.each([
    ['now', 'now'],
    ['three weeks ago', NOW_MS - 21 * 86_400_000],
    ['in three hours', NOW_MS + 3 * 3_600_000],
  ])('refuses the time %s', (_name, timestamp) => {
    const read = readEmf(
      emf([{ Namespace: 'S', Metrics: [LATENCY] }], { latency: 1 }, timestamp),
      NOW_MS,
    );
    expect(read).toMatchObject({ data: [], problems: [expect.stringContaining('_aws.Timestamp')] });
  });

  it('names a line that was cut off', () => {
    const line = emf([{ Namespace: 'S', Metrics: [LATENCY] }], { latency: 1 }).slice(0, -5);
    expect(readEmf(line, NOW_MS)?.problems).toEqual([expect.stringContaining('not JSON')]);
  });

  it.each([
    'hello',
    '{"level":"INFO"}',
    'see "_aws" and "CloudWatchMetrics"',
    '{"_aws":1,"x":"\\"CloudWatchMetrics\\""}',
  ])('is not what %s is', (line) => {
    expect(readEmf(line, NOW_MS)).toBeUndefined();
  });

  it('does not take members of the prototype for metrics', () => {
    expect(readOne({ Name: '__proto__' }, {})?.data).toEqual([]);
    expect(readOne({ Name: 'constructor' }, {})?.data).toEqual([]);
  });
});
