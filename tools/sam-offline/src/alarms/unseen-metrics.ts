import type { MetricSource } from '../metric-math/index.ts';
import type { Alarm } from '../template/index.ts';

/**
 * The metrics that alarms watch and nobody has emitted, as sentences for a warning. One sentence is
 * about metrics that exist with other dimensions, and one about those that have no values at all.
 */
export async function unseenMetrics(
  alarms: readonly Alarm[],
  metrics: MetricSource,
): Promise<string[]> {
  const elsewhere: string[] = [];
  const nowhere: string[] = [];
  for (const alarm of alarms) {
    for (const { metricStat } of alarm.type === 'metric' ? alarm.queries : []) {
      if (metricStat === undefined) continue;
      const { namespace, name, dimensions } = metricStat;
      const found = await metrics.list({ namespace, name });
      if (found.some((metric) => isSame(metric.dimensions, dimensions))) continue;
      // Another value of a dimension is not a sign of a mistake: that function or queue was just
      // not used yet.
      const other = found.find((metric) => namesOf(metric.dimensions) !== namesOf(dimensions));
      const hasKind = found.some((metric) => namesOf(metric.dimensions) === namesOf(dimensions));
      if (other === undefined || hasKind) nowhere.push(`${alarm.alarmName} (${namespace} ${name})`);
      else {
        elsewhere.push(
          `${alarm.alarmName} (${namespace} ${name} with ${show(dimensions)}; there is one with ${show(other.dimensions)})`,
        );
      }
    }
  }
  return [
    ...(elsewhere.length === 0
      ? []
      : [
          `Alarms watch metrics that have had values with other dimensions only: ${elsewhere.join(', ')}. Compare the dimensions.`,
        ]),
    ...(nowhere.length === 0
      ? []
      : [
          `Alarms watch metrics that have had no values so far: ${nowhere.join(', ')}. If the events that they count have not happened yet, this is no problem. Otherwise compare the names.`,
        ]),
  ];
}

function isSame(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && left[name] === right[name])
  );
}

function namesOf(dimensions: Readonly<Record<string, string>>): string {
  return Object.keys(dimensions).sort().join('\0');
}

function show(dimensions: Readonly<Record<string, string>>): string {
  const parts = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? 'no dimensions' : parts.join(' ');
}
