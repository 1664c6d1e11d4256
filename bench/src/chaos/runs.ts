import type { Fault } from './faults.ts';
import { chaosRun, type ChaosEnvironment } from './run.ts';

/** The sums of the runs with one fault. */
export interface Totals {
  runs: number;
  owed: number;
  lost: number;
  repeated: number;
  deadLettered: number;
  /** The problems, each with the seed that reproduces it. */
  readonly problems: string[];
}

/** How many runs are made at the same time; they mostly wait. */
const PARALLEL = 8;

/** Makes many runs, with the faults in turn and another seed for each. */
export async function chaosRuns(
  environment: ChaosEnvironment,
  {
    runs,
    seed,
    faults,
  }: { readonly runs: number; readonly seed: number; readonly faults: readonly Fault[] },
): Promise<ReadonlyMap<Fault, Totals>> {
  const totals = new Map<Fault, Totals>(
    faults.map((fault) => [
      fault,
      { runs: 0, owed: 0, lost: 0, repeated: 0, deadLettered: 0, problems: [] },
    ]),
  );
  let started = 0;
  const lane = async (): Promise<void> => {
    while (started < runs) {
      const number = started;
      started += 1;
      const fault = faults[number % faults.length];
      const total = fault === undefined ? undefined : totals.get(fault);
      if (fault === undefined || total === undefined) return;
      const runSeed = seed + number;
      try {
        const result = await chaosRun(environment, fault, runSeed);
        total.owed += result.owed;
        total.lost += result.lost;
        total.repeated += result.repeated;
        total.deadLettered += result.deadLettered;
        total.problems.push(...result.faults.map((problem) => `${problem} (seed ${runSeed})`));
      } catch (error) {
        total.problems.push(`${String(error)} (seed ${runSeed})`);
      }
      total.runs += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return totals;
}
