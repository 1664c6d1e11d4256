import { metricNames } from 'artillery-engine-websocket-push/run-record';
import { buildRecord } from '../testing/records.ts';
import { busyTable, figuresSection, figuresTable, otherFigures, PLAN } from './index.ts';

const record = buildRecord({ ledger: { received: 5_999, missed: 1, repeats: 7 } });

it('has a row for each run, which says if not everything that was owed was received', () => {
  const rows = figuresTable([
    { label: 'hot-post, 500', record, missed: [] },
    { label: 'soak, 200', record: buildRecord(), missed: [] },
  ]).split('\n');
  expect(rows).toHaveLength(4);
  // The table is aligned, as Prettier formats it in a README.
  expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
  expect(rows[1]).toMatch(/^\| -{13,} \| -{8}: \|/);
  expect(rows[2]?.replaceAll(/ +/g, ' ')).toMatch(
    /^\| hot-post, 500 \| 60 \| 6,000, received 5,999 \| 1 \| 7 \| \d+ \| \d+, \d+ \| \d+, \d+ \|$/,
  );
  expect(rows[3]?.replaceAll(/ +/g, ' ')).toMatch(/^\| soak, 200 \| 60 \| 6,000 \| 0 \| 0 \| /);
});

it('also has the requests that a scenario named', () => {
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
  // The processes took 13 s of processor time in a run of 30 s, and 2 s in a profile of 4 s.
  expect(row?.replaceAll(/ +/g, ' ')).toBe(
    '| soak | 0.4 of 2 | dynoxide 9, sam-offline 4 | sam-offline, 50 % of a core: `writev` 50 % |',
  );
});

it('has how long readers were away in a reconnect, and when they had caught up', () => {
  const { 'push.delivery': times } = record.metrics;
  if (times === undefined) throw new Error('the record has no deliveries');
  const gaps = { [metricNames.gap]: times, [metricNames.catchUp]: times };
  const storm = { ...record, metrics: { ...record.metrics, ...gaps } };
  expect(otherFigures([{ label: 'storm', record: storm, missed: [] }])).toMatch(
    /^- storm \(p50, p99, ms\): gap [\d.]+, [\d.]+; catchup [\d.]+, [\d.]+$/,
  );
});

it('is a section that says what was run, and what was missed or failed', () => {
  const command = 'npx nx run loadtests:all';
  const met = figuresSection([{ label: 'soak', record, missed: [] }], { command, failed: [] });
  expect(met).toMatch(
    /^`npx nx run loadtests:all` on 2 cores \(AMD EPYC, 23 GiB, Node 24\.21\.0\), commit 54d4487\./,
  );
  expect(met).toContain('\n\nAll runs met all their objectives.\n\n');
  const runs = [{ label: 'soak', record, missed: ['rows left: 3, over 0'] }];
  const notMet = figuresSection(runs, { command, failed: ['hot-post failed: no record'] });
  expect(notMet).toContain(
    '\n\n- soak missed: rows left: 3, over 0\n- hot-post failed: no record\n\n',
  );
  expect(notMet).not.toContain('All runs met');
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
