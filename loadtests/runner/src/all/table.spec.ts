import { buildRecord } from '../testing/records.ts';
import { busyTable, figuresTable, otherFigures, PLAN } from './index.ts';

const record = buildRecord({ ledger: { received: 5_999, missed: 1, repeats: 7 } });

it('has a row a run, which says when not everything that was owed was received', () => {
  const rows = figuresTable([
    { label: 'hot-post, 500', record, missed: [] },
    { label: 'soak, 200', record: buildRecord(), missed: [] },
  ]).split('\n');
  expect(rows).toHaveLength(4);
  expect(rows[2]).toMatch(
    /^\| hot-post, 500 \| 60 \| 6,000, received 5,999 \| 1 \| 7 \| \d+ \| \d+, \d+ \| \d+, \d+ \|$/,
  );
  expect(rows[3]).toMatch(/^\| soak, 200 \| 60 \| 6,000 \| 0 \| 0 \| /);
});

it('has the requests that a scenario named besides', () => {
  const { 'push.delivery': delivery } = record.metrics;
  if (delivery === undefined) throw new Error('the record has no deliveries');
  const named = { ...record, metrics: { ...record.metrics, 'http.feed': delivery } };
  expect(otherFigures([{ label: 'api-mixed', record: named, missed: [] }])).toMatch(
    /^- api-mixed \(p50, p99, ms\): feed [\d.]+, [\d.]+$/,
  );
});

it('says what was busy, with the functions of the busiest process that was profiled', () => {
  const processes = [
    { name: 'dynoxide', processes: 1, cpuMs: 9000, peakMemoryMiB: 9 },
    {
      ...{ name: 'sam-offline', processes: 1, cpuMs: 4000, peakMemoryMiB: 200 },
      profile: {
        ...{ during: 'delivering' as const, seconds: 4, busyMs: 2000 },
        functions: [{ of: 'writev', selfMs: 1000 }],
      },
    },
  ];
  const [, , row] = busyTable([
    { label: 'soak', record: { ...record, processes }, missed: [] },
  ]).split('\n');
  expect(row).toBe('| soak | dynoxide 9, sam-offline 4 | sam-offline: `writev` 50 % |');
});

it('runs the broadcast on the stack and on a bare server with the same messages', () => {
  const load = (bare: boolean) =>
    PLAN.filter((one) => one.scenario === 'chunked-broadcast' && one.bare === bare).map(
      ({ variables }) => ({ ...variables, ramp: undefined }),
    );
  expect(load(true)).toEqual(load(false));
  expect(load(false).map((variables) => variables)).toMatchObject(
    [100, 1_000, 5_000, 10_000].map((readers) => ({ readers })),
  );
});
