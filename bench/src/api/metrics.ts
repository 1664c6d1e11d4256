import type { Metric, RatioDefinition } from '../harness/index.ts';
import { workloadNames, type WorkloadName } from './workloads.ts';

const labels: Readonly<Record<WorkloadName, string>> = {
  feed: 'read a feed of 20',
  comments: 'read 20 comments',
  write: 'write a comment',
};

/** The metrics of a workload. */
export function metricsOf(workload: WorkloadName) {
  const metric = (key: string, label: string, unit: string, better: Metric['better']): Metric => ({
    key: `${workload}${key}`,
    label: `${labels[workload]}: ${label}`,
    unit,
    better,
  });
  return {
    rate: metric('PerSecond', 'requests', '/s', 'higher'),
    p50: metric('P50Ms', 'p50', 'ms', 'lower'),
    p99: metric('P99Ms', 'p99', 'ms', 'lower'),
    cpu: metric('FunctionMicros', 'processor time in the function', 'µs', 'lower'),
  };
}

export const metrics: readonly Metric[] = workloadNames.flatMap((name) =>
  Object.values(metricsOf(name)),
);

/**
 * The ratios of each workload's rate (`feed_vs_…`) or processor time (`feed_cpu_vs_…`) against a
 * baseline.
 */
export function ratiosAgainst(
  measure: 'rate' | 'cpu',
  ours: string,
  baseline: string,
  suffix: string,
): Record<string, RatioDefinition> {
  return Object.fromEntries(
    workloadNames.map((name): [string, RatioDefinition] => [
      measure === 'rate' ? `${name}_${suffix}` : `${name}_cpu_${suffix}`,
      { metric: metricsOf(name)[measure], ours, baseline },
    ]),
  );
}
