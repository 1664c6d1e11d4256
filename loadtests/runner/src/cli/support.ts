import { resolve } from 'node:path';
import { CommanderError, InvalidArgumentError, type Command } from 'commander';
import { messageOf, type Variables } from '../text/index.ts';

/** Exit codes, by which CI and scripts decide. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 };

/**
 * The absolute path of what the user typed. It is relative to the folder in which npm or npx was
 * called, since Nx runs commands at the root.
 */
export function userPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/**
 * Runs a command line to its end, and sets the exit code. It is the one that an action returns, 2
 * for a wrong command line or for errors of the given kinds, and 1 for any other error. Each error
 * is printed as one message.
 */
export async function runProgram(
  program: Command,
  action: () => Promise<number>,
  usageErrors: readonly (abstract new (...args: never[]) => Error)[] = [],
): Promise<void> {
  program.exitOverride();
  try {
    program.parse();
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    process.exitCode = isHelp ? EXIT.ok : EXIT.usage;
    return;
  }
  try {
    process.exitCode = await action();
  } catch (error) {
    console.error(`${program.name()}: ${messageOf(error)}`);
    process.exitCode = usageErrors.some((kind) => error instanceof kind) ? EXIT.usage : EXIT.failed;
  }
}

/** Collects `name=value` options. Texts that are numbers or booleans become such values. */
export function collectVariable(text: string, before: Variables): Variables {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError(`"${text}" is not name=value, such as readers=1000.`);
  }
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  const parsed = isNumber
    ? Number(value)
    : value === 'true'
      ? true
      : value === 'false'
        ? false
        : value;
  return { ...before, [name]: parsed };
}
