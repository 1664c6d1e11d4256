import type { MetricDataResult, TimeSeries } from '../../metric-math/index.ts';

/**
 * Makes the labels of results. A query's own label gets the values of its dynamic parts. Without
 * one, the label is that of an expression's series, or the metric's name. If several results have
 * the same name, the values of the dimensions are added.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
 */
export function labelsOf(results: readonly MetricDataResult[]): string[] {
  const names = results.map(({ series }) => series.label);
  return results.map(({ query, series }, index) => {
    const isAmbiguous = names.indexOf(series.label) !== names.lastIndexOf(series.label);
    const values = Object.values(series.metric?.dimensions ?? {}).join(' ');
    const standard =
      query.label === undefined && isAmbiguous && values !== ''
        ? `${values} ${series.label}`
        : series.label;
    return query.label === undefined
      ? standard
      : filled(
          query.label,
          { ...series, label: defaultLabel(query.label, series) },
          names[index] ?? '',
        );
  });
}

/** Gives the value of `${LABEL}`. */
function defaultLabel(label: string, { label: own, metric }: TimeSeries): string {
  return own === label ? (metric?.name ?? '') : own;
}

function filled(label: string, series: TimeSeries, name: string): string {
  return label.replaceAll(
    /\$\{([A-Z_]+)(?:\(\s*'([^']*)'\s*\))?\}/g,
    (whole, what: string, property?: string) => {
      if (what === 'LABEL') return series.label === '' ? name : series.label;
      if (what === 'PROP') return propertyOf(series, property ?? '') ?? whole;
      return aggregateOf(series, what) ?? whole;
    },
  );
}

function propertyOf({ metric, periodSeconds }: TimeSeries, property: string): string | undefined {
  if (metric === undefined) return undefined;
  if (property.startsWith('Dim.')) {
    const name = property.slice('Dim.'.length);
    return Object.hasOwn(metric.dimensions, name) ? metric.dimensions[name] : '';
  }
  switch (property) {
    case 'MetricName':
      return metric.name;
    case 'Namespace':
      return metric.namespace;
    case 'Period':
      return String(periodSeconds);
    case 'Stat':
      return metric.stat;
    default:
      return undefined;
  }
}

function aggregateOf({ points }: TimeSeries, what: string): string | undefined {
  const values = [...points.values()];
  const times = [...points.keys()];
  const [first] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined) {
    return /^(?:FIRST|LAST|MIN|MAX|SUM|AVG|DATAPOINT_COUNT)$/.test(what) ? '--' : undefined;
  }
  const sum = values.reduce((total, value) => total + value, 0);
  const aggregates: Readonly<Record<string, number | Date>> = {
    ...{ FIRST: first, LAST: last, SUM: sum, AVG: sum / values.length },
    MIN: values.reduce((a, b) => Math.min(a, b)),
    MAX: values.reduce((a, b) => Math.max(a, b)),
    DATAPOINT_COUNT: values.length,
    FIRST_LAST_RANGE: last - first,
    FIRST_TIME: new Date(times[0] ?? 0),
    LAST_TIME: new Date(times.at(-1) ?? 0),
  };
  const found = Object.hasOwn(aggregates, what) ? aggregates[what] : undefined;
  if (found === undefined) return undefined;
  return found instanceof Date ? found.toISOString() : String(Math.round(found * 1000) / 1000);
}
