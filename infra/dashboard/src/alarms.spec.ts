import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, type MetricDefinition } from '@blogapp/observability';
import { parseTemplate, readTemplate } from './template.ts';

interface Metric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string }[];
}

interface AlarmProperties extends Metric {
  readonly AlarmDescription: { readonly 'Fn::Sub': string };
  readonly AlarmActions?: unknown;
  readonly AlarmRule?: { readonly 'Fn::Sub': string };
  readonly TreatMissingData?: string;
  readonly Period?: unknown;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: Metric; readonly Period: unknown };
  }[];
}

const root = join(import.meta.dirname, '../../..');
const resources = Object.entries(
  parseTemplate(readTemplate()).Resources as unknown as Readonly<
    Record<string, { readonly Type: string; readonly Properties: AlarmProperties }>
  >,
);
const onMetrics = resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
const composites = resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::CompositeAlarm');

const RUNBOOK = /Runbook: \$\{RunbookBaseUrl\}\/([a-z-]+\.md)$/;
const SECTIONS = [
  '## What it means',
  '## How to look',
  '## What to do',
  '## How to know that it is over',
];

test.each([...onMetrics, ...composites])('%s links a complete runbook', (_, { Properties }) => {
  const [, file = ''] = RUNBOOK.exec(Properties.AlarmDescription['Fn::Sub']) ?? [];
  const path = join(root, 'docs/runbooks', file);
  expect([file, file !== '' && existsSync(path)]).toEqual([file, true]);
  const text = readFileSync(path, 'utf8');
  expect(SECTIONS.filter((section) => !text.includes(`\n${section}\n`))).toEqual([]);
});

test.each(onMetrics)(
  '%s says what missing data means, and takes its period from the parameter',
  (_, alarm) => {
    const { TreatMissingData, Period, Metrics = [] } = alarm.Properties;
    expect(TreatMissingData).toBe('notBreaching');
    const periods = [Period, ...Metrics.map(({ MetricStat }) => MetricStat?.Period)];
    const used = periods.filter((period) => period !== undefined);
    expect(used).toEqual(used.map(() => ({ Ref: 'AlarmPeriod' })));
    expect(used.length).toBeGreaterThan(0);
  },
);

test.each(onMetrics)('%s uses metrics that are emitted', (_, { Properties }) => {
  const all = [
    Properties,
    ...(Properties.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric),
  ];
  for (const { Namespace, MetricName = '', Dimensions = [] } of all.flatMap((one) => one ?? [])) {
    if (Namespace !== 'BlogApp') continue;
    const definition = Object.entries<MetricDefinition>(CATALOGUE).find(
      ([name]) => name === MetricName,
    )?.[1];
    expect(definition).toBeDefined();
    expect(Dimensions.map(({ Name }) => Name).sort()).toEqual(
      ['service', 'environment', ...(definition?.dimensions ?? [])].sort(),
    );
  }
});

test.each(onMetrics)(
  '%s uses at most the ten metrics that an alarm may use',
  (_, { Properties }) => {
    const { Metrics = [] } = Properties;
    expect(Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length).toBeLessThanOrEqual(
      10,
    );
  },
);

test('every alarm has an action, itself or through a composite', () => {
  const silent = onMetrics.filter(([, { Properties }]) => Properties.AlarmActions === undefined);
  const rules = composites.map(([, { Properties }]) => Properties.AlarmRule?.['Fn::Sub']).join();
  expect(silent.filter(([id]) => !rules.includes(`ALARM("\${${id}}")`)).map(([id]) => id)).toEqual(
    [],
  );
  expect(composites.every(([, { Properties }]) => Properties.AlarmActions !== undefined)).toBe(
    true,
  );
});
