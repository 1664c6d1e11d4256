import {
  Sketch,
  type CounterSeries,
  type GaugeSeries,
  type MetricSeries,
} from 'artillery-engine-websocket-push/run-record';
import type { LoadRecord } from '../record/index.ts';

/** The time axis of all charts of a run, in seconds since the epoch. */
export interface Axis {
  readonly from: number;
  readonly to: number;
}

type Values = readonly (number | null)[];

/** The time from the run's first second to its last one. */
export function axisOf({ startedAt, endedAt }: LoadRecord): Axis {
  const from = Math.floor(Date.parse(startedAt) / 1000);
  return { from, to: Math.max(from + 1, Math.ceil(Date.parse(endedAt) / 1000)) };
}

/**
 * The starts (ms since the epoch) of all windows from the first to the last, including those
 * without values.
 */
export function windowsOf(
  group: readonly {
    readonly windowMs: number;
    readonly windows: readonly { readonly at: number }[];
  }[],
): { readonly starts: readonly number[]; readonly windowMs: number } {
  const windowMs = Math.max(1000, ...group.map((series) => series.windowMs));
  const starts = group.flatMap(({ windows }) => windows.map(({ at }) => at - (at % windowMs)));
  if (starts.length === 0) return { starts: [], windowMs };
  const first = starts.reduce((least, at) => Math.min(least, at));
  const last = starts.reduce((most, at) => Math.max(most, at));
  const count = Math.round((last - first) / windowMs) + 1;
  return {
    starts: Array.from({ length: count }, (_, index) => first + index * windowMs),
    windowMs,
  };
}

/** The middles of windows, in seconds since the epoch. Charts draw the values there. */
export function middlesOf(starts: readonly number[], windowMs: number): number[] {
  return starts.map((start) => (start + windowMs / 2) / 1000);
}

/** A quantile in each window. Null if nothing was measured. */
export function quantilesOf(
  series: MetricSeries,
  share: number,
  starts: readonly number[],
): Values {
  const byStart = new Map(series.windows.map(({ at, sketch }) => [at, sketch]));
  return starts.map((start) => {
    const sketch = byStart.get(start);
    return sketch === undefined || sketch.count === 0
      ? null
      : Sketch.decode(sketch).quantile(share);
  });
}

/** The events a second in each window. A window without an entry had none. */
export function ratesOf(
  series: CounterSeries,
  starts: readonly number[],
  windowMs: number,
): Values {
  const counts = new Map<number, number>();
  for (const { at, count } of series.windows) {
    const start = at - (at % windowMs);
    counts.set(start, (counts.get(start) ?? 0) + count);
  }
  return starts.map((start) => ((counts.get(start) ?? 0) * 1000) / windowMs);
}

/**
 * The level at the end of each window. A window without an entry has the level of the one before.
 */
export function levelsOf(series: GaugeSeries, starts: readonly number[]): Values {
  const levels = new Map(series.windows.map(({ at, last }) => [at, last]));
  let level: number | null = null;
  return starts.map((start) => (level = levels.get(start) ?? level));
}
