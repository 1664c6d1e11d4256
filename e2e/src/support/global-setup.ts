import type { LocalStack } from './local-stack.ts';
import { startLocalStack } from './local-stack.ts';
import { readTarget } from './target.ts';

declare global {
  var localStack: LocalStack | undefined;
}

/** Starts a stack for the tests, unless `E2E_OUTPUTS` names one. */
export default async function globalSetup(): Promise<void> {
  if (process.env.E2E_OUTPUTS) {
    try {
      readTarget();
    } catch (error) {
      // The error is printed once here, and not for each file of tests.
      process.stderr.write(`e2e: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(2);
    }
    return;
  }
  globalThis.localStack = await startLocalStack();
  process.env.E2E_OUTPUTS = globalThis.localStack.outputsFile;
  process.env.AWS_ACCESS_KEY_ID = 'local';
  process.env.AWS_SECRET_ACCESS_KEY = 'local';
  process.env.AWS_REGION = 'ap-northeast-1';
}
