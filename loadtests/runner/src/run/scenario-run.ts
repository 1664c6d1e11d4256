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
  /** Merged over the scenario file's content. */
  readonly overrides: object;
  /** One of the scenario's `config.environments`, such as `smoke`. */
  readonly environment?: string;
  /** What to type to repeat the run. */
  readonly command: string;
  /** Gets the record, the report and Artillery's log; exists. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Takes CPU profiles of the busiest processes while it runs. */
  readonly profile?: boolean;
}

export interface ScenarioResult {
  readonly record: LoadRecord;
  readonly verdicts: readonly Verdict[];
  /** Undefined when it could not be written; `reportError` says why. */
  readonly report: ReportFiles | undefined;
  readonly reportError?: string;
}
