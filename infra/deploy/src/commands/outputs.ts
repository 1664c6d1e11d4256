import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DeployError } from '../errors.ts';
import { readStack, type StackState } from '../stack/index.ts';
import type { Context } from './context.ts';

/**
 * Writes the stack's outputs as sam-offline writes those of the local stack, so that the end-to-end
 * and load tests can use the file.
 *
 * @returns the outputs
 * @throws DeployError when there is no such stack
 */
export async function writeOutputs({
  environment,
  tools,
  paths,
  say,
}: Context): Promise<StackState['outputs']> {
  const { stackName, region, name } = environment;
  const state = await readStack(tools, stackName);
  if (state === undefined) {
    throw new DeployError(
      `There is no stack ${stackName} in ${region}; deploy it: npx nx deploy infra -c ${name}`,
    );
  }
  mkdirSync(dirname(paths.outputs), { recursive: true });
  writeFileSync(paths.outputs, `${JSON.stringify(state.outputs, undefined, 2)}\n`);
  say(`The outputs of ${stackName} are in ${paths.outputs}`);
  return state.outputs;
}

/** Checks the tools and writes the outputs. */
export async function outputs(context: Context): Promise<void> {
  context.tools.require('aws');
  await writeOutputs(context);
}
