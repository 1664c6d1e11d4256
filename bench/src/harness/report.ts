import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine, type Machine } from './machine.ts';
import { median } from './statistics.ts';

/** A metric that is measured for every variant. */
export interface Metric {
  /** The key in the JSON's rows, with its unit: `echoesPerSecond`, `memoryIdleMb`. */
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  /**
   * Whether higher or lower values are better. With `neither` it is only for information, and has
   * no ratio.
   */
  readonly better: 'higher' | 'lower' | 'neither';
}

/** @param better absent when the metric is only for information, and has no ratio */
export function metric(
  key: string,
  label: string,
  unit = '',
  better: Metric['better'] = 'neither',
): Metric {
  return { key, label, unit, better };
}

/** The result of one round of one variant: a number for each metric that the variant has. */
export type Sample = Readonly<Record<string, number>>;

/** A variant, how many rounds it ran, and the median of each metric over its rounds. */
export interface Row {
  readonly variant: string;
  readonly rounds: number;
  readonly [metric: string]: number | string;
}

/** The file that a bench writes to `.local/bench`. */
export interface BenchReport {
  readonly name: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
  /**
   * Ours against a baseline; above 1 is better, whether higher or lower values of the metric are
   * better.
   */
  readonly ratios: Readonly<Record<string, number>>;
}

/** The definition of a ratio: one metric of two variants. */
export interface RatioDefinition {
  readonly metric: Metric;
  readonly ours: string;
  readonly baseline: string;
}

/** The rows of all variants, in the order in which they were first measured. */
export function toRows(samples: ReadonlyMap<string, readonly Sample[]>): Row[] {
  return [...samples].map(([variant, values]) => toRow(variant, values));
}

/** The median of every metric over a variant's rounds; a round may lack a metric. */
export function toRow(variant: string, samples: readonly Sample[]): Row {
  const keys = new Set(samples.flatMap((sample) => Object.keys(sample)));
  const medians = [...keys].map((key): [string, number] => {
    const values = samples.flatMap((sample) => sample[key] ?? []);
    return [key, round(median(values))];
  });
  return { variant, rounds: samples.length, ...Object.fromEntries(medians) };
}

/**
 * Ours against the baseline, such that above 1 is better: ours / theirs when higher is better,
 * theirs / ours when lower is better. Undefined when a row has no such metric, or the divisor is 0.
 */
export function ratio(
  rows: readonly Row[],
  { metric, ours, baseline }: RatioDefinition,
): number | undefined {
  const mine = rows.find(({ variant }) => variant === ours)?.[metric.key];
  const theirs = rows.find(({ variant }) => variant === baseline)?.[metric.key];
  if (typeof mine !== 'number' || typeof theirs !== 'number') return undefined;
  if (metric.better === 'neither') return undefined;
  const value = metric.better === 'higher' ? mine / theirs : theirs / mine;
  return Number.isFinite(value) ? round(value) : undefined;
}

/** Makes a report; ratios that are undefined are left out. */
export function createReport(
  name: string,
  rows: readonly Row[],
  ratios: Readonly<Record<string, RatioDefinition>>,
): BenchReport {
  const known = Object.entries(ratios).flatMap(([key, definition]): [string, number][] => {
    const value = ratio(rows, definition);
    return value === undefined ? [] : [[key, value]];
  });
  return { name, machine: describeMachine(), rows, ratios: Object.fromEntries(known) };
}

/** Writes `<directory>/<name>.json` and returns its path. */
export async function writeReport(directory: string, report: BenchReport): Promise<string> {
  const file = join(directory, `${report.name}.json`);
  await mkdir(directory, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  return file;
}

/** Rounds to four significant digits; no measurement here is more precise. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
