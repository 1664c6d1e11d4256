import type { DashboardBody } from './body.ts';
import { COLUMNS, type MetricRow, type Widget } from './widgets.ts';

/**
 * The documented structure and limits:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const MAX_WIDGETS = 500;
const MAX_METRICS_OF_WIDGET = 500;
const MAX_METRICS = 2_500;
const MAX_HEIGHT = 1_000;
const MAX_ALARMS_OF_WIDGET = 100;
const MAX_DIMENSIONS = 30;

const WIDGET_PROPERTIES = {
  text: ['markdown', 'background'],
  alarm: ['alarms', 'sortBy', 'states', 'title'],
  metric: [
    ...['accountId', 'annotations', 'legend', 'liveData', 'metrics', 'period', 'region'],
    ...['setPeriodToTimeRange', 'singleValueFullPrecision', 'sparkline', 'stacked', 'stat'],
    ...['table', 'timezone', 'title', 'view', 'yAxis'],
  ],
} as const satisfies Record<Widget['type'], readonly string[]>;

const METRIC_OPTIONS = [
  ...[
    'accountId',
    'color',
    'expression',
    'id',
    'label',
    'period',
    'region',
    'stat',
    'visible',
    'yAxis',
  ],
];
const ID = /^[a-z][A-Za-z0-9_]*$/;
const STATISTIC =
  /^(SampleCount|Sum|Average|Minimum|Maximum|IQM|p(100|\d{1,2}(\.\d+)?)|(tm|wm|tc|ts)\d+(\.\d+)?)$/;

/** The faults that CloudWatch would refuse or show wrongly, each with its widget. */
export function problemsOf({ widgets }: DashboardBody): string[] {
  const problems: string[] = [];
  if (widgets.length > MAX_WIDGETS) problems.push(`${widgets.length} widgets`);
  const metrics = widgets.reduce((sum, widget) => sum + rowsOf(widget).length, 0);
  if (metrics > MAX_METRICS) problems.push(`${metrics} metrics`);
  for (const [index, widget] of widgets.entries()) {
    const of = [...placeProblems(widget), ...propertyProblems(widget)];
    if (widgets.slice(0, index).some((other) => overlap(widget, other))) of.push('covers another');
    const { title } = widget.properties;
    const name = typeof title === 'string' ? title : `widget ${index}`;
    problems.push(...of.map((problem) => `${name}: ${problem}`));
  }
  return problems;
}

function placeProblems({ x, y, width, height }: Widget): string[] {
  const sound =
    [x, y, width, height].every(Number.isInteger) &&
    x >= 0 &&
    y >= 0 &&
    width >= 1 &&
    x + width <= COLUMNS &&
    height >= 1 &&
    height <= MAX_HEIGHT;
  return sound ? [] : [`is at ${x}, ${y} with ${width} x ${height}`];
}

function overlap(one: Widget, other: Widget): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function propertyProblems(widget: Widget): string[] {
  const { type, properties } = widget;
  const known: readonly string[] = WIDGET_PROPERTIES[type];
  const problems = Object.keys(properties)
    .filter((name) => !known.includes(name))
    .map((name) => `has an unknown property ${name}`);
  switch (type) {
    case 'text':
      if (typeof properties.markdown !== 'string') problems.push('has no markdown');
      return problems;
    case 'alarm': {
      const { alarms } = properties;
      const count = Array.isArray(alarms) ? alarms.length : 0;
      if (count < 1 || count > MAX_ALARMS_OF_WIDGET) problems.push(`has ${count} alarms`);
      return problems;
    }
    case 'metric':
      if (typeof properties.region !== 'string') problems.push('has no region');
      return [...problems, ...metricProblems(rowsOf(widget), properties.stat)];
  }
}

function metricProblems(rows: readonly MetricRow[], defaultStat: unknown): string[] {
  const problems: string[] = [];
  if (rows.length < 1 || rows.length > MAX_METRICS_OF_WIDGET) {
    problems.push(`has ${rows.length} metrics`);
  }
  const ids = rows.flatMap((row) => optionsOf(row).id ?? []).map(String);
  if (new Set(ids).size < ids.length) problems.push('has two metrics with one id');
  problems.push(...ids.filter((id) => !ID.test(id)).map((id) => `has the id "${id}"`));
  for (const row of rows) {
    const { expression, stat = defaultStat, ...options } = optionsOf(row);
    const unknown = Object.keys(options).filter((name) => !METRIC_OPTIONS.includes(name));
    problems.push(...unknown.map((name) => `has a metric with the unknown option ${name}`));
    if (typeof expression === 'string') problems.push(...expressionProblems(expression, ids));
    else {
      const names = row.filter((part) => typeof part === 'string');
      const dimensions = (names.length - 2) / 2;
      if (!Number.isInteger(dimensions) || dimensions < 0 || dimensions > MAX_DIMENSIONS) {
        problems.push(`has a metric that is not a namespace, a name and pairs: ${names.join(' ')}`);
      }
      if (!STATISTIC.test(String(stat))) problems.push(`has the statistic "${String(stat)}"`);
    }
  }
  return problems;
}

/**
 * The faults of an expression. In it, names in lower case are ids, and those in upper case are
 * functions.
 */
function expressionProblems(expression: string, ids: readonly string[]): string[] {
  if (expression.startsWith('SEARCH(')) return [];
  return [...expression.matchAll(/\b[a-z]\w*\b/g)]
    .map(([name]) => name)
    .filter((name) => !ids.includes(name) && !/^e\d*$/.test(name))
    .map(
      (name) => `has an expression with "${name}", which is not the id of a metric of the widget`,
    );
}

/** The rows of metrics of a widget; none for a text. */
export function rowsOf({ properties }: Widget): readonly MetricRow[] {
  return Array.isArray(properties.metrics) ? (properties.metrics as MetricRow[]) : [];
}

/** The options at the end of a row, such as its label. */
export function optionsOf(row: MetricRow): Readonly<Record<string, unknown>> {
  const last = row.at(-1);
  return typeof last === 'object' ? last : {};
}
