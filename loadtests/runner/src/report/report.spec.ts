import { spawnSync } from 'node:child_process';
import { parseObjectives, checkObjectives } from '../objectives/index.ts';
import { buildRecord, START } from '../testing/records.ts';
import type { LevelSeries, LoadRecord, StackMetrics } from '../record/index.ts';
import { createRandom } from '../statistics/index.ts';
import { buildReportView, toHtml, toMarkdown } from './index.ts';
import type { ChartView, LineChartView } from './view.ts';

const verdictsOf = (record: LoadRecord, limits: string) =>
  checkObjectives(record, parseObjectives(`scenarios: { a: ${limits} }`, 'f').of('a'));
const viewOf = (record: LoadRecord, limits = '{ missed: 0 }') =>
  buildReportView(record, { description: 'Shows it.', verdicts: verdictsOf(record, limits) });

describe('the page', () => {
  // The only URLs that a report may contain are those of its target, as text.
  const html = toHtml(viewOf(buildRecord({ change: { target: {} } })));

  it('loads nothing: it has no URL and no element that loads, and a policy that forbids it', () => {
    expect(html.match(/.{0,40}https?:\/\/.{0,40}/g)).toBeNull();
    expect(html.match(/<(?:link|img|iframe|object|embed)\b/g)).toBeNull();
    expect(html.match(/\s(?:src|srcset)=|@import|url\(/g)).toBeNull();
    expect(html.match(/href="[^#].{0,40}/g)).toBeNull();
    expect(html.includes(`content="default-src 'none'`)).toBe(true);
  });

  it('keeps uPlot’s licence', () => {
    expect(html.includes('The MIT License') && html.includes('Leon Sorokin')).toBe(true);
  });

  it('has a valid script for its charts', () => {
    const [, script = ''] = /<script>(.*)<\/script>/s.exec(html) ?? [];
    expect(script.length).toBeGreaterThan(30_000);
    const checked = spawnSync(process.execPath, ['--check', '-'], { input: script });
    expect(checked.stderr.toString()).toBe('');
  });

  it('shows texts of a run as texts, whatever they are', () => {
    const evil = '</script><script>alert(1)</script><!--';
    const error = { count: 1, firstAt: START, lastAt: START, example: evil };
    const record = buildRecord({
      change: {
        scenario: evil,
        command: evil,
        errors: { [evil]: error },
        variables: { [evil]: evil },
      },
    });
    const page = toHtml(viewOf(record));
    expect(page.includes('<script>alert')).toBe(false);
    expect(page.match(/<script/g)).toHaveLength(2);
    const [, data = ''] =
      /<script id="view" type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(data)).toMatchObject({ title: evil });
  });
});

describe('what a report shows', () => {
  it('says which objectives were missed, first', () => {
    const view = viewOf(
      buildRecord({ ledger: { missed: 7, received: 5993 } }),
      '{ missed: 0, deliveryP99Ms: 9000 }',
    );
    expect(view.verdict.text).toBe('objectives missed');
    expect(view.headlines[0]).toMatchObject({ label: 'messages missed', value: '7', bad: true });
    const [objectives] = view.sections;
    expect(objectives?.tables[0]?.rows.map(([label]) => label)).toEqual([
      'messages missed',
      'delivery, p99',
    ]);
  });

  it('says that a run is partial, and why', () => {
    const record = buildRecord({ change: { partial: true, partialBecause: 'Ctrl-C after 12 s' } });
    expect(viewOf(record).warnings).toEqual([
      'This run is partial: Ctrl-C after 12 s. Its figures are of what had happened until then.',
    ]);
  });

  it('says that sums do not add up', () => {
    const [warning] = viewOf(buildRecord({ ledger: { received: 1 } })).warnings;
    expect(warning).toMatch(/^The ledger’s sums do not add up: owed 6000 is not received 1/);
  });

  it('gives all charts one axis of time', () => {
    const charts = viewOf(buildRecord()).sections.flatMap(({ charts: all }) => all);
    expect(charts.length).toBeGreaterThan(6);
    expect(new Set(charts.map(({ from, to }) => `${from}–${to}`))).toEqual(
      new Set([`${START / 1000}–${START / 1000 + 30}`]),
    );
  });

  it('counts every value in the heat map, once', () => {
    const heat = chartCalled('Delivery, all values', buildRecord());
    if (heat.kind !== 'heat') throw new Error('not a heat map');
    expect(heat.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(30 * 200);
    expect(heat.times).toHaveLength(heat.counts.length + 1);
    expect(new Set(heat.counts.map((ranges) => ranges.length))).toEqual(
      new Set([heat.edges.length - 1]),
    );
  });

  it('leaves a gap where nothing was measured, but shows no rate as 0', () => {
    const record = buildRecord();
    const without = <Window extends { readonly at: number }>(windows: readonly Window[]) =>
      windows.filter(({ at }) => at !== START + 5000);
    const holed: LoadRecord = {
      ...record,
      metrics: mapValues(record.metrics, (series) => ({
        ...series,
        windows: without(series.windows),
      })),
      counters: mapValues(record.counters, (series) => ({
        ...series,
        windows: without(series.windows),
      })),
      gauges: mapValues(record.gauges, (series) => ({
        ...series,
        windows: without(series.windows),
      })),
    };
    expect(lineChart('Delivery', holed).series[0]?.values[5]).toBeNull();
    expect(lineChart('Messages', holed).series[0]?.values.slice(4, 7)).toEqual([200, 0, 200]);
    expect(lineChart('Open connections', holed).series[0]?.values.slice(4, 7)).toEqual([
      50, 50, 70,
    ]);
  });

  it('shows the stack’s metrics by resource, on the run’s axis', () => {
    const invocations = {
      ...{ namespace: 'AWS/Lambda', name: 'Invocations', statistic: 'Sum', unit: 'Count' },
    };
    const at = START / 1000;
    const metrics: StackMetrics = {
      ...{ source: 'http://127.0.0.1:4566', periodSeconds: 10 },
      series: [
        { ...invocations, of: 'connect', times: [at, at + 10], values: [5, 7] },
        { ...invocations, of: 'broadcast', times: [at + 10], values: [1] },
      ],
    };
    const record = buildRecord({
      change: { stack: { name: 'local', rowsLeft: 0, metrics } },
    });
    const chart = lineChart('Invocations', record);
    expect(chart.times).toEqual([at, at + 10]);
    expect(chart.series).toEqual([
      { label: 'connect', values: [5, 7] },
      { label: 'broadcast', values: [null, 1] },
    ]);
  });

  it('says why the stack’s metrics are missing', () => {
    const metrics = { unavailable: 'UnknownOperationException: GetMetricData' };
    const record = buildRecord({ change: { stack: { name: 'local', metrics } } });
    const stack = viewOf(record).sections.find(({ id }) => id === 'stack');
    expect(stack?.missing).toBe(
      'CloudWatch could not be read: UnknownOperationException: GetMetricData',
    );
  });

  it('shows a run in which nothing happened', () => {
    const record = buildRecord({
      change: { metrics: {}, counters: {}, gauges: {}, machines: [], variables: {}, target: {} },
    });
    const view = viewOf(record, '{ deliveryP99Ms: 5 }');
    expect(view.verdict.text).toBe('objectives missed');
    expect(toHtml(view).includes('not measured')).toBe(true);
  });
});

describe('the Markdown', () => {
  it('has the tables, with characters escaped that would break them', () => {
    const error = { count: 2, firstAt: START, lastAt: START + 1000, example: 'a | b\nc `d`' };
    const text = toMarkdown(viewOf(buildRecord({ change: { errors: { 'closed: 1006': error } } })));
    expect(text).toMatch(/^# chunked-broadcast: objectives met\n/);
    expect(text).toContain("| closed: 1006 | 2 | 0 | 1 | `a \\| b c 'd'` |");
    expect(text).toContain('| missed | 0 |');
  });
});

function mapValues<From, To>(
  group: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(group).map(([name, value]) => [name, change(value)]));
}

function chartCalled(title: string, record: LoadRecord): ChartView {
  const charts = viewOf(record).sections.flatMap(({ charts: all }) => all);
  const chart = charts.find((one) => one.title === title);
  if (chart === undefined) throw new Error(`no chart is called ${title}`);
  return chart;
}

function lineChart(title: string, record: LoadRecord): LineChartView {
  const chart = chartCalled(title, record);
  if (chart.kind !== 'lines') throw new Error(`${title} has no lines`);
  return chart;
}

describe('whether anything grows', () => {
  const MINUTES = 30;
  /** A level that is read every ten seconds and grows by this much an hour, with some noise. */
  const level = (name: string, anHour: number): LevelSeries => {
    const random = createRandom(name.length);
    return {
      ...{ name, unit: 'MiB' },
      samples: Array.from({ length: MINUTES * 6 }, (_, index) => ({
        at: START + index * 10_000,
        value: 100 + (anHour * index) / 360 + random(),
      })),
    };
  };
  const trendsOf = (record: LoadRecord) =>
    viewOf(record).sections.find(({ id }) => id === 'trends')?.tables[0]?.rows;

  it('is shown for latency and for each level of a long run', () => {
    const levels = [level('memory of leaky', 50), level('memory of steady', 0)];
    const record = buildRecord({ seconds: MINUTES * 60, perSecond: 20, change: { levels } });
    const [median, p99, leaky, steady] = trendsOf(record) ?? [];
    expect([median?.[0], p99?.[0]]).toEqual(['delivery, median', 'delivery, p99']);
    expect(leaky?.at(-1)).toEqual({
      text: expect.stringMatching(/^grows by \d+(\.\d+)? % an hour$/),
      tone: 'bad',
    });
    expect(steady?.at(-1)).toMatchObject({ text: 'flat', tone: 'good' });
  });

  it('is shown for a run of ten minutes, in which messages came later than readers', () => {
    const { metrics, ...rest } = buildRecord({ seconds: 600, perSecond: 20 });
    const later = Object.entries(metrics).map(([name, series]) => [
      name,
      { ...series, windows: series.windows.filter(({ at }) => at >= START + 30_000) },
    ]);
    const record = { ...rest, metrics: Object.fromEntries(later) } as LoadRecord;
    expect(trendsOf(record)?.[0]?.[0]).toBe('delivery, median');
  });

  it('is not shown for a run of less than ten minutes', () => {
    expect(trendsOf(buildRecord())).toBeUndefined();
    expect(trendsOf(buildRecord({ seconds: 599 }))).toBeUndefined();
  });
});
