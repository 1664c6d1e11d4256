/** One of the two runs: without IAM, and with every request's signature and policies checked. */
export type Run = 'without IAM' | 'with IAM';

/**
 * A test that fails against MiniStack, and the reason why this is not a fault of this repository.
 */
export interface KnownDifference {
  /** The full name of the test, or the beginning of the names of several tests. */
  readonly test: string;
  /** The run to which it is limited. Both runs if absent. */
  readonly run?: Run;
  /** MiniStack's behaviour. */
  readonly differs: string;
  /** AWS's behaviour, by its documentation. */
  readonly aws: string;
  readonly source: string;
}

export interface TestResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** The first line of the test's error. */
  readonly message: string;
}

export interface Verdict {
  readonly lines: readonly string[];
  /** The tests that fail and that nobody has judged yet. */
  readonly unknown: readonly string[];
}

/** Compares the tests that failed with the known differences. */
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
