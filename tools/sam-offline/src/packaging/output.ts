import { execFile, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The maximum time that npm or a compiler may take, in ms. It is long because a registry may be
 * slow.
 */
const TIME_OUT_MS = 600_000;

/**
 * Runs a program to its end.
 *
 * @returns what it printed on standard output
 * @throws Error with everything that it printed, if it fails
 */
export async function output(
  command: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      maxBuffer: 2 ** 26,
      timeout: TIME_OUT_MS,
      ...options,
    });
    return stdout.toString();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
