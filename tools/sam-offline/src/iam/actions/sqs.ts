import { textOf, type NeededPermission, type ServiceCall } from './call.ts';

/** A batch operation needs the permission of the operation for a single message. */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/**
 * Gives the permissions that a call to SQS needs
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html).
 */
export function sqsPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input, region, accountId } = call;
  const arnOf = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
  if (operation === 'StartMessageMoveTask') {
    const source = textOf(input.SourceArn) ?? arnOf('*');
    const needed = [
      'StartMessageMoveTask',
      'ReceiveMessage',
      'DeleteMessage',
      'GetQueueAttributes',
    ];
    const destination = textOf(input.DestinationArn);
    return [
      ...needed.map((action) => ({ action: `sqs:${action}`, resource: source })),
      ...(destination === undefined ? [] : [{ action: 'sqs:SendMessage', resource: destination }]),
    ];
  }
  const url = textOf(input.QueueUrl);
  const name = url === undefined ? textOf(input.QueueName) : url.slice(url.lastIndexOf('/') + 1);
  return [
    {
      action: `sqs:${ACTIONS[operation] ?? operation}`,
      resource: textOf(input.SourceArn) ?? (name === undefined ? '*' : arnOf(name)),
    },
  ];
}
