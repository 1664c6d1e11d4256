import { z } from 'zod';
import { DeployError } from '../errors.ts';
import { toolError, type Tools } from '../tools/index.ts';

const stacksSchema = z.object({
  Stacks: z.tuple([
    z.object({
      StackStatus: z.string(),
      StackStatusReason: z.optional(z.string()),
      EnableTerminationProtection: z.optional(z.boolean()),
      Outputs: z.optional(z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() }))),
    }),
  ]),
});

export interface StackState {
  /** CloudFormation's status, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly isTerminationProtected: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Reads the state of a stack; `undefined` when it does not exist. @throws DeployError when
 * CloudFormation cannot be read
 */
export async function readStack(tools: Tools, name: string): Promise<StackState | undefined> {
  const args = ['cloudformation', 'describe-stacks', '--stack-name', name, '--output', 'json'];
  const result = await tools.aws(...args);
  if (result.code !== 0) {
    if (result.stderr.includes('does not exist')) return undefined;
    throw toolError(`Reading the stack ${name}`, 'aws', args, result);
  }
  const [stack] = stacksSchema.parse(JSON.parse(result.stdout)).Stacks;
  return {
    status: stack.StackStatus,
    isTerminationProtected: stack.EnableTerminationProtection ?? false,
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    ),
  };
}

/** Statuses of a stack whose creation or deletion failed: it can only be deleted. */
const DELETE_FIRST = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED'];

/**
 * Why a stack can't be deployed to, and what to do; undefined when it can be.
 *
 * @param commands the commands to name in the text
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export function obstacle(
  { status }: StackState,
  name: string,
  commands: { readonly deletion: string; readonly region: string },
): string | undefined {
  if (DELETE_FIRST.includes(status)) {
    return (
      `The stack ${name} is in ${status}: its creation or deletion did not complete, and ` +
      `CloudFormation only allows it to be deleted. Delete it, then deploy again:\n  ${commands.deletion}`
    );
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return (
      `The stack ${name} is in ${status}: its last update failed, and so did the rollback. Repair ` +
      'what its events name, then continue the rollback:\n' +
      `  aws cloudformation continue-update-rollback --region ${commands.region} --stack-name ${name}`
    );
  }
  return undefined;
}

/** The AWS CLI's waiter for the operation of a stack; undefined when there is no operation. */
function waiterOf(status: string): string | undefined {
  if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') return undefined;
  if (status === 'CREATE_IN_PROGRESS') return 'stack-create-complete';
  if (status === 'DELETE_IN_PROGRESS') return 'stack-delete-complete';
  if (status === 'ROLLBACK_IN_PROGRESS') return 'stack-rollback-complete';
  if (status.startsWith('UPDATE_ROLLBACK_')) return 'stack-rollback-complete';
  return 'stack-update-complete';
}

/**
 * Waits until no operation changes the stack any more, such as a deployment that was interrupted
 * here and continues in AWS. It does not check how the operation ended.
 *
 * @returns the state after that; undefined when the stack does not exist
 */
export async function waitUntilIdle(
  tools: Tools,
  name: string,
  say: (line: string) => void,
): Promise<StackState | undefined> {
  const state = await readStack(tools, name);
  const waiter = state === undefined ? undefined : waiterOf(state.status);
  if (waiter === undefined) return state;
  say(`${name} is in ${state?.status ?? ''}, from another deployment; waiting until it ends …`);
  await tools.aws('cloudformation', 'wait', waiter, '--stack-name', name);
  const after = await readStack(tools, name);
  if (after !== undefined && waiterOf(after.status) !== undefined) {
    throw new DeployError(
      `${name} is still in ${after.status}, after more than the hour that the AWS CLI waits for a stack`,
    );
  }
  return after;
}
