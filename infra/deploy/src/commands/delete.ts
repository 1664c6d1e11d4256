import { DeployError } from '../errors.ts';
import { readStack, waitUntilIdle } from '../stack/index.ts';
import { checkIdentity, whatFailed } from './checks.ts';
import type { Context } from './context.ts';
import { emptyBucket } from '../web/index.ts';

export interface DeleteOptions {
  /** Whether to delete without asking. */
  readonly isConfirmed: boolean;
  /** Whether to delete a protected stack too. */
  readonly isForced: boolean;
}

/**
 * Deletes the environment's stack. The registry's stack stays, because its images are needed to
 * roll back.
 *
 * @throws DeployError when it is refused or not confirmed, or with CloudFormation's message
 */
export async function deleteStack(context: Context, options: DeleteOptions): Promise<void> {
  const { environment, tools, say, ask } = context;
  const { stackName, isProtected } = environment;
  tools.require('aws');
  if (isProtected && !options.isForced) {
    throw new DeployError(
      `${stackName} is protected, so it is not deleted; docs/operations.md says what is lost and what stays. Use --force to delete it.`,
    );
  }
  await checkIdentity(context);
  const state = await waitUntilIdle(tools, stackName, say);
  if (state === undefined) {
    say(`There is no stack ${stackName}`);
    return;
  }
  if (!options.isConfirmed) {
    const answer = await ask(`Type "${stackName}" to delete it and its data: `);
    if (answer === undefined) {
      throw new DeployError(
        'There is no terminal for a confirmation; use --yes to delete the stack',
      );
    }
    if (answer !== stackName) throw new DeployError(`Not confirmed, so ${stackName} stays`);
  }
  if (state.isTerminationProtected) {
    await tools.awsJson(
      `Removing the deletion protection of ${stackName}`,
      ...['cloudformation', 'update-termination-protection', '--stack-name', stackName],
      '--no-enable-termination-protection',
    );
  }
  const { WebBucketName: bucket } = state.outputs;
  if (bucket !== undefined) await emptyBucket(tools, bucket);
  await tools.awsJson(
    `Deleting ${stackName}`,
    ...['cloudformation', 'delete-stack', '--stack-name', stackName],
  );
  say(`CloudFormation deletes ${stackName} …`);
  await tools.aws('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', stackName);
  const after = await readStack(tools, stackName);
  if (after !== undefined && after.status !== 'DELETE_COMPLETE') {
    throw new DeployError(
      [
        `${stackName} was not deleted: it is in ${after.status}`,
        ...(await whatFailed(context, stackName)),
      ].join('\n'),
    );
  }
  say(`${stackName} is deleted; ${environment.registryStackName} and its images stay`);
}
