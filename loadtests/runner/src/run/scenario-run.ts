import type { Objective, Verdict } from '../objectives/index.ts';
import type { LoadRecord } from '../record/index.ts';
import type { Target } from '../target/index.ts';
import type { Scenario } from './scenarios.ts';
import type { ReportFiles } from './write-report.ts';

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly objectives: readonly Objective[];
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  /** Settings that are merged into the content of the scenario file, at every level. */
  readonly overrides: object;
  /** One of the scenario's `config.environments`, such as `smoke`. */
  readonly environment?: string;
  /** The command that repeats the run. */
  readonly command: string;
  /** The folder for the record, the report and Artillery's log. It exists. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Whether to take CPU profiles of the busiest processes during the run. */
  readonly profile?: boolean;
}

export interface ScenarioResult {
  readonly record: LoadRecord;
  readonly verdicts: readonly Verdict[];
  /** Undefined if the report could not be written. `reportError` has the reason. */
  readonly report: ReportFiles | undefined;
  readonly reportError?: string;
}
