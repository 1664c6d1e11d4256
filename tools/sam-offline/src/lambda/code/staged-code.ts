/** A function's code as a folder, and what the package says about how to run it. */
export interface StagedCode {
  /** `LAMBDA_TASK_ROOT`, absolute. */
  readonly taskRoot: string;
  /** What the layers have at `/opt`, absolute; absent without layers. */
  readonly optDirectory?: string;
  readonly handler: string;
  /** `nodejs24.x` … */
  readonly runtime: string;
  /** Variables of the package itself (an image's `ENV`). */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** What the developer should know, one sentence each. */
  readonly notes: readonly string[];
}
