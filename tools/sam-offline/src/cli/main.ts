import { Command } from 'commander';
import { DynoxideNotFoundError, TableChangedError } from '../services/index.ts';
import {
  AlreadyRunningError,
  CodeMissingError,
  DataFolderError,
  PortTakenError,
} from '../stack/index.ts';
import { TemplateError } from '../template/index.ts';
import { addInvokeCommand } from './invoke.ts';
import { addLogsCommand } from './logs.ts';
import { addMetricsCommand } from './metrics.ts';
import { addPermissionsCommand } from './permissions.ts';
import { addStartCommand } from './start.ts';
import { UserError } from './user-error.ts';

/** What the user can mend: its message says all. Anything else is a defect, and shows its stack. */
const EXPLAINED_ERRORS = [
  AlreadyRunningError,
  CodeMissingError,
  DataFolderError,
  DynoxideNotFoundError,
  PortTakenError,
  TableChangedError,
  TemplateError,
  UserError,
];

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
  addLogsCommand(program);
  addMetricsCommand(program);
  addPermissionsCommand(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const explained = EXPLAINED_ERRORS.some((type) => error instanceof type);
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`sam-offline: ${explained ? message : (stack ?? message)}\n`);
    process.exitCode = 1;
  }
}
