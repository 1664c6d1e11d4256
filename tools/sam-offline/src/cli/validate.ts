import type { Command } from 'commander';
import { type StackCommandOptions, withStackOptions } from './options.ts';
import { warningLines } from './print-warnings.ts';
import { stackOf } from './stack-of.ts';

/**
 * `sam-offline validate`: reads the template as `start` does and starts nothing. Every problem is printed with its
 * line and what would be right; the exit code is 1 if there is one. What is not emulated is printed and is no problem.
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
