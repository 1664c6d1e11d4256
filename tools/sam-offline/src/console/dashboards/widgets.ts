import type { MetricDataQuery } from '../../metric-math/index.ts';

/**
 * A widget of a dashboard, ready to be drawn. Its position is in CloudWatch's grid of 24 columns.
 */
export interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly content: WidgetContent;
}

export type WidgetContent = MetricContent | TextContent | AlarmContent | UnsupportedContent;

interface TextContent {
  readonly type: 'text';
  readonly markdown: string;
}

interface AlarmContent {
  readonly type: 'alarm';
  /** The ARNs of alarms. */
  readonly alarms: readonly string[];
}

interface UnsupportedContent {
  readonly type: 'unsupported';
  /** The reason why the widget is not supported, as a sentence. */
  readonly reason: string;
}

export interface MetricContent {
  readonly type: 'metric';
  readonly view: 'timeSeries' | 'singleValue' | 'bar' | 'pie' | 'gauge' | 'table';
  readonly stacked: boolean;
  readonly queries: readonly WidgetQuery[];
  readonly left: Axis;
  readonly right: Axis;
  readonly horizontal: readonly HorizontalAnnotation[];
  readonly vertical: readonly VerticalAnnotation[];
  /** The parts of the widget that are left out, as sentences. */
  readonly notes: readonly string[];
  /** The ARNs of the alarms whose thresholds are drawn. */
  readonly alarms: readonly string[];
}

export interface WidgetQuery extends MetricDataQuery {
  readonly yAxis: 'left' | 'right';
  readonly color?: string | undefined;
}

export interface Axis {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly label?: string | undefined;
}

export interface HorizontalAnnotation {
  readonly label?: string | undefined;
  readonly value: number;
  /** The other end of a band. */
  readonly to?: number | undefined;
  readonly color?: string | undefined;
  readonly yAxis: 'left' | 'right';
}

export interface VerticalAnnotation {
  readonly label?: string | undefined;
  /** ms since 1970. */
  readonly timeMs: number;
  readonly toMs?: number | undefined;
  readonly color?: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const VIEWS = ['timeSeries', 'singleValue', 'bar', 'pie', 'gauge', 'table'] as const;
const DEFAULT_PERIOD_SECONDS = 300;

/**
 * Reads the body of a dashboard. A widget that is not supported has a message in its place.
 *
 * @throws SyntaxError if the body is not JSON
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function widgetsOf(body: string): Widget[] {
  const document = objectOf(JSON.parse(body));
  let nextY = 0;
  return listOf(document.widgets).map((value) => {
    const widget = objectOf(value);
    const properties = objectOf(widget.properties);
    const width = numberOf(widget.width) ?? 6;
    const height = numberOf(widget.height) ?? 6;
    // CloudWatch places a widget that has no position below the others.
    const y = numberOf(widget.y) ?? nextY;
    nextY = Math.max(nextY, y + height);
    return {
      ...{ x: numberOf(widget.x) ?? 0, y, width, height },
      title: textOf(properties.title) ?? '',
      content: contentOf(widget.type, properties),
    };
  });
}

function contentOf(type: unknown, properties: Json): WidgetContent {
  switch (type) {
    case 'metric':
      return metricOf(properties);
    case 'text':
      return { type: 'text', markdown: textOf(properties.markdown) ?? '' };
    case 'alarm':
      return {
        type: 'alarm',
        alarms: listOf(properties.alarms).flatMap((arn) => textOf(arn) ?? []),
      };
    case 'log':
      return unsupported(
        'CloudWatch Logs Insights queries are not evaluated here; the Logs page searches the same lines.',
      );
    default:
      return unsupported(`Widgets of the type "${String(type)}" are not supported here.`);
  }
}

function unsupported(reason: string): UnsupportedContent {
  return { type: 'unsupported', reason };
}

function metricOf(properties: Json): WidgetContent {
  const notes: string[] = [];
  const view = VIEWS.find((one) => one === (properties.view ?? 'timeSeries'));
  if (view === undefined) {
    return unsupported(`The view "${String(properties.view)}" is not supported here.`);
  }
  const annotations = objectOf(properties.annotations);
  const axes = objectOf(properties.yAxis);
  const own = textOf(properties.region);
  const queries = queriesOf(properties, notes);
  if (
    properties.metrics === undefined &&
    listOf(annotations.alarms).length > 0 &&
    own === undefined
  ) {
    notes.push('The widget shows the metric of an alarm.');
  }
  return {
    ...{ type: 'metric', view, stacked: properties.stacked === true, queries, notes },
    ...{ left: axisOf(axes.left), right: axisOf(axes.right) },
    horizontal: listOf(annotations.horizontal).flatMap(horizontalOf),
    vertical: listOf(annotations.vertical).flatMap(verticalOf),
    alarms: listOf(annotations.alarms).flatMap((arn) => textOf(arn) ?? []),
  };
}

/**
 * Reads the metrics of a widget. A metric is `[namespace, name, dimension, value …, options]`. In
 * it, `.` repeats the element at the same index of the metric before, and `...` repeats all
 * elements up to the last values.
 */
function queriesOf(properties: Json, notes: string[]): WidgetQuery[] {
  const defaults = {
    stat: textOf(properties.stat) ?? 'Average',
    periodSeconds: periodOf(properties.period) ?? DEFAULT_PERIOD_SECONDS,
  };
  let before: string[] = [];
  const rows = listOf(properties.metrics).map((value) => {
    const row = listOf(value);
    const last = row.at(-1);
    const options = typeof last === 'object' ? objectOf(last) : {};
    const texts = row.filter((part) => typeof part !== 'object').map(String);
    const full = expanded(texts, before);
    if (full.length > 0) before = full;
    return { options, full };
  });
  const taken = new Set(rows.flatMap(({ options }) => textOf(options.id) ?? []));
  let next = 1;
  const freeId = (): string => {
    while (taken.has(`m${next}`)) next++;
    taken.add(`m${next}`);
    return `m${next}`;
  };
  return rows.flatMap(({ options, full }): WidgetQuery[] => {
    const common = {
      id: textOf(options.id) ?? freeId(),
      label: textOf(options.label),
      returnData: options.visible !== false,
      yAxis: options.yAxis === 'right' ? 'right' : 'left',
      color: textOf(options.color),
    } as const;
    const periodSeconds = periodOf(options.period) ?? defaults.periodSeconds;
    const expression = textOf(options.expression);
    if (expression !== undefined) return [{ ...common, expression, periodSeconds }];
    const [namespace, name, ...pairs] = full;
    if (namespace === undefined || name === undefined || pairs.length % 2 !== 0) {
      notes.push(`A metric is not understood: ${JSON.stringify(full)}.`);
      return [];
    }
    if (options.accountId !== undefined)
      notes.push(`${name} is of another account, and is left out.`);
    const dimensions: Record<string, string> = {};
    for (let index = 0; index < pairs.length; index += 2) {
      dimensions[pairs[index] ?? ''] = pairs[index + 1] ?? '';
    }
    const stat = textOf(options.stat) ?? defaults.stat;
    return [{ ...common, metricStat: { namespace, name, dimensions, periodSeconds, stat } }];
  });
}

function expanded(texts: readonly string[], before: readonly string[]): string[] {
  if (texts[0] === '...') {
    const rest = texts.slice(1);
    return [...before.slice(0, before.length - rest.length), ...rest];
  }
  return texts.map((text, index) => (text === '.' ? (before[index] ?? text) : text));
}

function horizontalOf(value: unknown): HorizontalAnnotation[] {
  const [first, second] = Array.isArray(value)
    ? (value as unknown[]).map(objectOf)
    : [objectOf(value)];
  const at = numberOf(first?.value);
  if (first === undefined || at === undefined || first.visible === false) return [];
  return [
    {
      ...{ label: textOf(first.label), value: at, color: textOf(first.color) },
      to: numberOf(second?.value),
      yAxis: first.yAxis === 'right' ? 'right' : 'left',
    },
  ];
}

function verticalOf(value: unknown): VerticalAnnotation[] {
  const [first, second] = Array.isArray(value)
    ? (value as unknown[]).map(objectOf)
    : [objectOf(value)];
  const timeMs = Date.parse(textOf(first?.value) ?? '');
  if (first === undefined || Number.isNaN(timeMs) || first.visible === false) return [];
  const toMs = Date.parse(textOf(second?.value) ?? '');
  return [
    {
      ...{ label: textOf(first.label), timeMs, color: textOf(first.color) },
      toMs: Number.isNaN(toMs) ? undefined : toMs,
    },
  ];
}

function axisOf(value: unknown): Axis {
  const { min, max, label } = objectOf(value);
  return { min: numberOf(min), max: numberOf(max), label: textOf(label) };
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function periodOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number === undefined || number < 1 ? undefined : number;
}
