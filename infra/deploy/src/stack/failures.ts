import { z } from 'zod';
import type { Tools } from '../tools/index.ts';

const eventsSchema = z.object({
  StackEvents: z.array(
    z.object({
      LogicalResourceId: z.string(),
      ResourceType: z.string(),
      ResourceStatus: z.string(),
      ResourceStatusReason: z.optional(z.string()),
    }),
  ),
});
type StackEvent = z.infer<typeof eventsSchema>['StackEvents'][number];

/**
 * Matches the reason of resources that CloudFormation cancelled because of another one; it does not
 * name the cause.
 */
const CANCELLED = /(creation|update|deletion) cancelled/i;

/** How many events are read. The last operation on a stack of this size has fewer. */
const MAX_EVENTS = 500;

/**
 * What failed in a stack's last operation, with CloudFormation's messages: one line for each
 * resource, the first that failed at the top. Empty when nothing failed.
 *
 * @throws DeployError when CloudFormation cannot be read
 */
export async function failuresOf(tools: Tools, stackName: string): Promise<readonly string[]> {
  const args = ['--stack-name', stackName, '--max-items', String(MAX_EVENTS)];
  const response = await tools.awsJson(
    `Reading the events of ${stackName}`,
    ...['cloudformation', 'describe-stack-events', ...args],
  );
  return lastOperation(eventsSchema.parse(response).StackEvents, stackName)
    .filter(
      ({ ResourceStatus: status, ResourceStatusReason: reason = '' }) =>
        status.endsWith('_FAILED') && !CANCELLED.test(reason),
    )
    .map(
      ({
        LogicalResourceId: id,
        ResourceType: type,
        ResourceStatus,
        ResourceStatusReason: reason,
      }) => `${id} (${type}), ${ResourceStatus}: ${reason ?? 'CloudFormation gives no reason'}`,
    );
}

/** The events since the last creation, change or deletion of the stack began, the oldest first. */
function lastOperation(newestFirst: readonly StackEvent[], stackName: string): StackEvent[] {
  const begin = newestFirst.findIndex(
    ({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
      LogicalResourceId === stackName &&
      ResourceStatus.endsWith('_IN_PROGRESS') &&
      ResourceStatusReason === 'User Initiated',
  );
  return newestFirst.slice(0, begin === -1 ? undefined : begin).toReversed();
}
