import type { Events } from '../events/index.ts';
import type { Enforcement } from '../iam/index.ts';
import type { Principal } from '../signature/index.ts';
import type { EventSourceMapping, LambdaFunction, Stack } from '../template/index.ts';

/**
 * The permissions that a role needs before Lambda makes a mapping on a stream. `ListStreams` may be
 * granted on the stream.
 */
const STREAM_ACTIONS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (name) => `dynamodb:${name}`,
);
const QUEUE_ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(
  (name) => `sqs:${name}`,
);

/** The action that sends to a destination, by the service in the destination's ARN. */
const SEND_ACTIONS: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
  events: 'events:PutEvents',
};

/**
 * Returns the stack with the event source mappings, dead-letter queues and destinations that AWS
 * would make. AWS checks the function's role when it makes them, and the deployment fails if the
 * role does not allow them. Here they are left out, and a warning names each.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, …/with-sqs.html,
 * …/invocation-async-retain-records.html
 */
export function withPermittedResources(
  stack: Stack,
  permissions: Enforcement,
  principalOf: (functionLogicalId: string) => Pick<Principal, 'name' | 'arn'> | undefined,
  events: Events,
): Stack {
  /** Whether a function has all the permissions. If not, it warns of what is left out. */
  const allows = (
    functionLogicalId: string,
    needed: readonly { readonly action: string; readonly resource: string }[],
    what: string,
  ): boolean => {
    const principal = principalOf(functionLogicalId);
    if (principal === undefined) return true;
    const denials = needed
      .map((one) => permissions.refuse(principal, one))
      .filter((denial) => denial !== undefined);
    if (denials.length === 0) return true;
    const [{ resource } = { resource: '' }] = denials;
    const actions = denials.map(({ action }) => action);
    const statement = { Effect: 'Allow', Action: actions, Resource: resource };
    events.warn(
      'error',
      `${what} is not made, as AWS would not make it: the role of ${functionLogicalId} does not allow ${actions.join(', ')} on ${resource}. Add to its policies: ${JSON.stringify(statement)}`,
    );
    return false;
  };

  const isMade = (mapping: EventSourceMapping): boolean => {
    const { logicalId, functionLogicalId } = mapping;
    const what = `The event source mapping ${logicalId}`;
    return neededBy(stack, mapping).every((needed) => allows(functionLogicalId, needed, what));
  };

  const permitted = (fn: LambdaFunction): LambdaFunction => {
    const { deadLetterArn, onFailureArn, onSuccessArn, ...asyncInvoke } = fn.asyncInvoke;
    const keep = (arn: string | undefined, what: string): string | undefined =>
      arn !== undefined && allows(fn.logicalId, sending(arn), `The ${what} of ${fn.logicalId}`)
        ? arn
        : undefined;
    const deadLetters = keep(deadLetterArn, 'dead-letter queue');
    const failures = keep(onFailureArn, 'on-failure destination');
    const successes = keep(onSuccessArn, 'on-success destination');
    return {
      ...fn,
      asyncInvoke: {
        ...asyncInvoke,
        ...(deadLetters !== undefined && { deadLetterArn: deadLetters }),
        ...(failures !== undefined && { onFailureArn: failures }),
        ...(successes !== undefined && { onSuccessArn: successes }),
      },
    };
  };

  return {
    ...stack,
    functions: stack.functions.map(permitted),
    eventSourceMappings: stack.eventSourceMappings.filter(isMade),
  };
}

interface Needed {
  readonly action: string;
  readonly resource: string;
}

/** The permissions that a mapping needs, with the resources that it needs them on. */
function neededBy(stack: Stack, { source }: EventSourceMapping): Needed[][] {
  if (source.type === 'sqs') {
    const queue = stack.queues.find(({ logicalId }) => logicalId === source.queueLogicalId);
    return queue === undefined ? [] : [QUEUE_ACTIONS.map(on(queue.arn))];
  }
  const table = stack.tables.find(({ logicalId }) => logicalId === source.tableLogicalId);
  return [
    ...(table?.streamArn === undefined ? [] : [STREAM_ACTIONS.map(on(table.streamArn))]),
    ...(source.onFailureArn === undefined ? [] : [sending(source.onFailureArn)]),
  ];
}

function on(resource: string): (action: string) => Needed {
  return (action) => ({ action, resource });
}

function sending(arn: string): Needed[] {
  const action = SEND_ACTIONS[arn.split(':')[2] ?? ''];
  return action === undefined ? [] : [{ action, resource: arn }];
}
