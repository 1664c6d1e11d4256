import { Command } from 'commander';
import { addInvokeCommand } from './invoke.ts';
import { addLogsCommand } from './logs.ts';
import { addMetricsCommand } from './metrics.ts';
import { addPermissionsCommand } from './permissions.ts';
import { addStartCommand } from './start.ts';
import { SamOfflineError } from '../sam-offline-error.ts';
import { addTracesCommand } from './traces.ts';
import { addValidateCommand } from './validate.ts';

/**
 * The command line.
 *
 * @param argv as `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('sam-offline').description(
    'Runs an AWS SAM template on this machine: Lambda, HTTP and WebSocket APIs, DynamoDB, SQS.',
  );
  addStartCommand(program);
  addInvokeCommand(program);
  addValidateCommand(program);
  addLogsCommand(program);
  addMetricsCommand(program);
  addTracesCommand(program);
  addPermissionsCommand(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const isForUser = error instanceof SamOfflineError && error.isForUser;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`sam-offline: ${isForUser ? message : (stack ?? message)}\n`);
    process.exitCode = 1;
  }
}
