/** The part of Jest's configuration that shows whether only some of the tests run. */
interface RunOptions {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
}

/** Stops the stack. After a run of all tests, permissions that no test used are an error. */
export default async function globalTeardown(options: RunOptions): Promise<void> {
  const { testPathPatterns, testNamePattern } = options;
  const isWhole = testPathPatterns.patterns.length === 0 && (testNamePattern ?? '') === '';
  await globalThis.localStack?.stop({ permissions: isWhole });
}
