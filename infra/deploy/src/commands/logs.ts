import { DeployError } from '../errors.ts';
import type { Context } from './context.ts';

/**
 * Shows the log lines of the stack's functions.
 *
 * @param args options of `sam logs`, such as `--tail`, `--filter ERROR`, `--name BlogApiFunction`
 * @throws DeployError when `sam logs` fails
 */
export async function logs(
  { environment, tools }: Context,
  args: readonly string[],
): Promise<void> {
  tools.require('sam');
  const { stackName, region } = environment;
  const { code } = await tools.run(
    'sam',
    ['logs', '--stack-name', stackName, '--region', region, ...args],
    { isShown: true },
  );
  if (code !== 0) throw new DeployError(`sam logs ended with ${code}`);
}
