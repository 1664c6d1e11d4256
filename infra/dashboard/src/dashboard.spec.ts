import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, definitionOf, type MetricName } from '@blogapp/observability';
import { dashboardBody, withDashboard } from './body.ts';
import { COST_TABLE_END, COST_TABLE_START, costTable } from './observing-cost.ts';
import { parseTemplate, readTemplate, stackResources } from './template.ts';
import { problemsOf, rowsOf } from './validate.ts';
import { graph, metric, placed, type Widget } from './widgets.ts';

const template = readTemplate();
const body = dashboardBody(template);
const metrics = body.widgets.flatMap(rowsOf);

test('in the template is what the catalogue and the resources give', () => {
  // `node infra/dashboard/src/write.ts` writes it.
  expect(withDashboard(template)).toBe(template);
});

test('costs what docs/observability.md says', () => {
  const path = join(import.meta.dirname, '../../../docs/observability.md');
  const text = readFileSync(path, 'utf8');
  const table = text.slice(
    text.indexOf(COST_TABLE_START) + COST_TABLE_START.length,
    text.indexOf(COST_TABLE_END),
  );
  expect(table.trim()).toBe(costTable(template));
});

test('has the structure and the limits that CloudWatch documents', () => {
  expect(problemsOf(body)).toEqual([]);
});

test('is JSON when CloudFormation has replaced its references', () => {
  const { Resources } = parseTemplate(template) as unknown as {
    Resources: { Dashboard: { Properties: { DashboardBody: { 'Fn::Sub': string } } } };
  };
  const text = Resources.Dashboard.Properties.DashboardBody['Fn::Sub'];
  const substituted = text
    .replaceAll(/\$\{(?!!)([^}]+)\}/g, (_, reference: string) => `value of ${reference}`)
    .replaceAll('${!', '${');
  expect(JSON.parse(substituted).widgets).toHaveLength(body.widgets.length);
});

test('refers only to resources of the template', () => {
  const { Resources, Parameters = {} } = parseTemplate(template) as ReturnType<
    typeof parseTemplate
  > & { Parameters?: object };
  const known = new Set([...Object.keys(Resources), ...Object.keys(Parameters)]);
  const referred = [...JSON.stringify(body).matchAll(/\$\{(?!!)(\w+)(?:\.\w+)?\}/g)].map(
    ([, id]) => id,
  );
  expect(referred.filter((id) => id !== undefined && !known.has(id))).toEqual([]);
});

test('shows every metric of the catalogue, with its dimensions', () => {
  const shown = new Map<string, string[]>();
  for (const row of metrics) {
    const [namespace, name, ...rest] = row.filter((part) => typeof part === 'string');
    if (namespace !== 'BlogApp' || name === undefined) continue;
    shown.set(name, rest.filter((_, index) => index % 2 === 0).sort());
  }
  const searched = metrics.flatMap((row) => [
    ...JSON.stringify(row).matchAll(/MetricName=\\+"(\w+)/g),
  ]);
  for (const [, name = ''] of searched) shown.set(name, ['environment', 'route', 'service']);
  expect([...shown.keys()].sort()).toEqual(Object.keys(CATALOGUE).sort());
  for (const [name, dimensions] of shown) {
    const { dimensions: further = [] } = definitionOf(name as MetricName);
    expect([name, dimensions]).toEqual([name, ['service', 'environment', ...further].sort()]);
  }
});

test('shows every function, table, queue and alarm of the template', () => {
  const { functions, tables, queues, alarms } = stackResources(template);
  const text = JSON.stringify(body);
  const ids = [...functions.map(({ id }) => id), ...tables, ...queues, ...alarms];
  expect(ids.filter((id) => !text.includes(`\${${id}`))).toEqual([]);
  expect([functions.length, tables.length, queues.length]).toEqual([8, 5, 3]);
});

test('shows the web app with CloudFront’s metrics, which are in us-east-1', () => {
  const widgets = body.widgets.filter(({ properties }) =>
    JSON.stringify(properties).includes('"AWS/CloudFront"'),
  );
  expect(widgets).toHaveLength(3);
  for (const { properties } of widgets) {
    expect(properties.region).toBe('us-east-1');
    expect(JSON.stringify(properties.metrics)).toContain(
      '"DistributionId","${WebDistribution}","Region","Global"',
    );
  }
  const others = body.widgets.filter(
    (widget) => widget.type === 'metric' && !widgets.includes(widget),
  );
  expect(new Set(others.map(({ properties }) => properties.region))).toEqual(
    new Set(['${AWS::Region}']),
  );
});

test('shows what is added to the template', () => {
  const added = template.replace(
    'Resources:\n',
    'Resources:\n  LikesTable:\n    Type: AWS::DynamoDB::Table\n',
  );
  expect(withDashboard(added)).toContain('"TableName","${LikesTable}"');
});

describe('the check of a dashboard', () => {
  const problems = (...widgets: Partial<Widget>[]) =>
    problemsOf({
      start: '-PT3H',
      periodOverride: 'inherit',
      widgets: widgets.map((widget) => ({
        ...{ type: 'metric', x: 0, y: 0, width: 6, height: 6, properties: {} },
        ...widget,
      })),
    });
  const properties = (rows: Parameters<typeof graph>[1]) => graph('g', rows).properties;
  const row = metric('AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'q' });

  test.each([
    ['is too wide', { x: 20 }, /is at 20, 0/],
    ['has no metric', { properties: properties([]) }, /has 0 metrics/],
    ['has 501 metrics', { properties: properties(Array(501).fill(row)) }, /has 501 metrics/],
    [
      'has an odd number of names',
      { properties: properties([['N', 'M', 'D']]) },
      /not a namespace/,
    ],
    ['has no such statistic', { properties: properties([['N', 'M', { stat: 'p101x' }]]) }, /p101x/],
    [
      'has an id twice',
      {
        properties: properties([
          ['N', 'M', { id: 'a' }],
          ['N', 'O', { id: 'a' }],
        ]),
      },
      /one id/,
    ],
    [
      'computes with an id that does not exist',
      { properties: properties([[{ expression: '2 * a' }]]) },
      /"a"/,
    ],
    [
      'has an unknown property',
      { properties: { ...properties([row]), statistic: 'Sum' } },
      /statistic/,
    ],
    ['has no markdown', { type: 'text' }, /no markdown/],
    ['has no alarm', { type: 'alarm', properties: { alarms: [] } }, /0 alarms/],
  ] as const)('finds a widget that %s', (_, widget, problem) => {
    expect(problems(widget as Partial<Widget>).join()).toMatch(problem);
  });

  test('finds widgets that cover each other, and too many of them', () => {
    const widget = { properties: properties([row]) };
    expect(problems(widget, { ...widget, x: 5 })).toEqual(['g: covers another']);
    expect(problems(...Array<Partial<Widget>>(501).fill(widget))).toContain('501 widgets');
    expect(problemsOf({ ...body, widgets: placed([[graph('g', [row])]]) })).toEqual([]);
  });
});
