import { Command } from 'commander';

/**
 * Runs a command of sam-offline in this process, so that no process has to start.
 *
 * @param onOutput is called with the whole output whenever there is more of it
 * @returns the lines that the command printed
 */
export async function runCommand(
  add: (program: Command) => void,
  args: readonly string[],
  onOutput?: (output: string) => void,
): Promise<string[]> {
  const program = new Command().exitOverride();
  add(program);
  let output = '';
  const write = (chunk: unknown): boolean => {
    output += String(chunk);
    onOutput?.(output);
    return true;
  };
  const listeners = process.stdout.listeners('error');
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(write),
  );
  try {
    await program.parseAsync(args, { from: 'user' });
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const listener of process.stdout.listeners('error')) {
      if (!listeners.includes(listener)) process.stdout.off('error', listener as () => void);
    }
  }
  return output.split('\n').filter((line) => line !== '');
}
