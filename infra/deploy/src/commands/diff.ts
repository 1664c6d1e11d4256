import { explain } from '../stack/index.ts';
import { webOriginOf } from '../web/index.ts';
import { discardChange, imagesForDiff, proposeChange, repositoryOf } from './change.ts';
import { checkIdentity, readyStack } from './checks.ts';
import type { Context } from './context.ts';

/**
 * Prints what a deployment would change. It builds, pushes and changes nothing, but it uploads
 * bundles, since CloudFormation compares what is in the bucket.
 *
 * @throws DeployError when the stack can't be deployed to, or CloudFormation refuses the template
 */
export async function diff(context: Context): Promise<void> {
  const { environment, tools, say } = context;
  tools.require('aws', 'sam');
  const account = await checkIdentity(context);
  const stack = await readyStack(context, environment.stackName);
  // Before the first deployment there is no repository, but its URI is known.
  const { stackPrefix, region, name } = environment;
  const repository =
    (await repositoryOf(context)) ??
    `${account}.dkr.ecr.${region}.amazonaws.com/${stackPrefix}-${name}-api`;
  const images = imagesForDiff(context, repository);
  const proposed = await proposeChange(context, images, webOriginOf(environment, stack?.outputs));
  if (proposed === undefined) {
    say(`${environment.stackName}: nothing changes`);
    return;
  }
  for (const line of explain(environment.stackName, proposed.changes)) say(line);
  await discardChange(context, proposed);
}
