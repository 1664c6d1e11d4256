import type { Command } from 'commander';
import { type StackCommandOptions, withStackOptions } from './options.ts';
import { warningLines } from './print-warnings.ts';
import { stackOf } from './stack-of.ts';

/**
 * `sam-offline validate`: reads the template as `start` does, but starts nothing. It prints every
 * problem with its line and with the expected value; then the exit code is 1. It also prints what
 * is not emulated, which is not a problem.
 */
export function addValidateCommand(program: Command): void {
  withStackOptions(
    program.command('validate').description('check a SAM template, and name what is not emulated'),
  ).action((options: StackCommandOptions) => {
    const stack = stackOf(options);
    for (const line of warningLines(stack.warnings)) process.stdout.write(`${line}\n`);
    process.stdout.write(`${stack.templatePath} is valid\n`);
  });
}
