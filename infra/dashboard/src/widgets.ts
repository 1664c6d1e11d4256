import { definitionOf, METRICS_NAMESPACE, type MetricName } from '@blogapp/observability';

/** One line of a graph: a metric of CloudWatch, or a metric math expression. */
export type MetricRow = readonly (string | Readonly<Record<string, unknown>>)[];

export interface Widget {
  readonly type: 'metric' | 'text' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A widget without its position. */
export type Box = Pick<Widget, 'type' | 'properties'>;

type Dimensions = Readonly<Record<string, string>>;
type Options = Readonly<Record<string, unknown>>;

/** A metric. Dimensions and options may contain `${LogicalId}`: the body goes through `Fn::Sub`. */
export function metric(
  namespace: string,
  name: string,
  dimensions: Dimensions,
  options: Options = {},
): MetricRow {
  return [namespace, name, ...Object.entries(dimensions).flat(), options];
}

/** A metric of the catalogue, with its label from there. */
export function blogMetric(
  name: MetricName,
  options: Options = {},
  { service = definitionOf(name).services[0] ?? '', ...dimensions }: Dimensions = {},
): MetricRow {
  const all = { service, environment: '${Environment}', ...dimensions };
  return metric(METRICS_NAMESPACE, name, all, { label: definitionOf(name).label, ...options });
}

/** Metric math over the rows with ids in the same graph. */
export function expression(text: string, label: string, options: Options = {}): MetricRow {
  return [{ expression: text, label, ...options }];
}

export interface GraphOptions {
  readonly stat?: string;
  /** The period (s). */
  readonly period?: number;
  readonly view?: 'timeSeries' | 'singleValue';
  readonly stacked?: boolean;
  /** The region of the metrics; the stack's region by default. */
  readonly region?: string;
  /** A horizontal line, with a label. */
  readonly limit?: { readonly value: number; readonly label: string };
  readonly unit?: string;
}

/** A graph with these metrics: by default the sum of each minute, as lines. */
export function graph(
  title: string,
  metrics: readonly MetricRow[],
  {
    stat = 'Sum',
    period = 60,
    view = 'timeSeries',
    stacked = false,
    region = '${AWS::Region}',
    limit,
    unit,
  }: GraphOptions = {},
): Box {
  return {
    type: 'metric',
    properties: {
      title,
      metrics,
      view,
      ...(view === 'timeSeries' && { stacked }),
      region,
      stat,
      period,
      ...(view === 'timeSeries' && {
        yAxis: { left: { min: 0, ...(unit !== undefined && { label: unit, showUnits: false }) } },
      }),
      ...(limit !== undefined && { annotations: { horizontal: [limit] } }),
    },
  };
}

/** A widget with a text in Markdown. */
export function text(markdown: string): Box {
  return { type: 'text', properties: { markdown } };
}

/** A widget with the states of alarms, given by their logical ids. */
export function alarmStates(title: string, logicalIds: readonly string[]): Box {
  return {
    type: 'alarm',
    properties: { title, alarms: logicalIds.map((id) => `\${${id}.Arn}`) },
  };
}

/** The number of columns of a dashboard. */
export const COLUMNS = 24;
const HEIGHT = 6;
const TEXT_HEIGHT = 3;

/** Places a section: its text over the full width, then its widgets in rows of three. */
export function placed(sections: readonly (readonly Box[])[]): Widget[] {
  const widgets: Widget[] = [];
  let y = 0;
  for (const boxes of sections) {
    let x = 0;
    for (const box of boxes) {
      const wide = box.type === 'text' || box.type === 'alarm';
      const width = wide ? COLUMNS : COLUMNS / 3;
      const height = box.type === 'text' ? TEXT_HEIGHT : HEIGHT;
      widgets.push({ type: box.type, x, y, width, height, properties: box.properties });
      x += width;
      if (x >= COLUMNS || box === boxes.at(-1)) {
        x = 0;
        y += height;
      }
    }
  }
  return widgets;
}
