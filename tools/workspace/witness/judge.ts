/** One of the two runs: without IAM, and with every request's signature and policies checked. */
export type Run = 'without IAM' | 'with IAM';

/** A test that fails against MiniStack, and why that is no fault of this repository. */
export interface KnownDifference {
  /** The test's full name, or the beginning of the names of several. */
  readonly test: string;
  /** Only in this run; in both where absent. */
  readonly run?: Run;
  /** What MiniStack does. */
  readonly differs: string;
  /** What AWS does, by its documentation. */
  readonly aws: string;
  readonly source: string;
}

export interface TestResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** The first line of what it failed with. */
  readonly message: string;
}

export interface Verdict {
  readonly lines: readonly string[];
  /** Tests that fail and that nobody has judged yet. */
  readonly unknown: readonly string[];
}

/** Compares what failed with what is known to differ. */
export function judge(
  run: Run,
  results: readonly TestResult[],
  known: readonly KnownDifference[],
): Verdict {
  const failed = results.filter(({ status }) => status === 'failed');
  const passed = results.filter(({ status }) => status === 'passed').length;
  const skipped = results.length - failed.length - passed;
  const entries = known.filter((entry) => entry.run === undefined || entry.run === run);
  const entryOf = (name: string) => entries.find(({ test }) => name.startsWith(test));
  const judged = failed.map((result) => ({ ...result, entry: entryOf(result.name) }));
  const unknown = judged.filter(({ entry }) => entry === undefined);
  const unused = entries.filter((entry) => !judged.some((one) => one.entry === entry));
  return {
    lines: [
      ...judged.flatMap(({ name, message, entry }) =>
        entry === undefined
          ? [`NEW: ${name}`, `  ${message}`]
          : [
              `differs: ${name}`,
              `  MiniStack: ${entry.differs}`,
              `  AWS: ${entry.aws} (${entry.source})`,
            ],
      ),
      ...unused.map(({ test }) => `did not differ: ${test}`),
      `witness ${run}: ${passed} of ${passed + failed.length} end-to-end tests pass against MiniStack ` +
        `(${skipped} skipped); ${failed.length - unknown.length} differ as known, ${unknown.length} are new`,
    ],
    unknown: unknown.map(({ name }) => name),
  };
}
