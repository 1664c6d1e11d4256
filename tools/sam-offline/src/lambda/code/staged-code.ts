/** A function's code in a folder, and how the package says that it has to be run. */
export interface StagedCode {
  /** The absolute path for `LAMBDA_TASK_ROOT`. */
  readonly taskRoot: string;
  /** The absolute path of the merged layers, which are at `/opt` on AWS; absent without layers. */
  readonly optDirectory?: string;
  readonly handler: string;
  /** The runtime's identifier, such as `nodejs24.x`. */
  readonly runtime: string;
  /** The environment variables of the package itself (an image's `ENV`). */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Sentences for the developer about how the code differs from the deployed one. */
  readonly notes: readonly string[];
}
