import { createJsonClient } from '../services/index.ts';
import type { DeadLetterAttributes } from '../lambda/index.ts';
import type { Stack } from '../template/index.ts';

export interface DestinationTargets {
  invokeAsync(functionLogicalId: string, body: string): void;
  /** Undefined where the stack has no queues. */
  readonly queueEndpoint: string | undefined;
}

/**
 * Delivers what asynchronous invocations end with: to a queue or a function of the stack.
 *
 * @throws Error when the ARN is neither
 */
export function createDestinationSender(
  stack: Stack,
  targets: DestinationTargets,
): (arn: string, body: string, attributes?: DeadLetterAttributes) => Promise<void> {
  return async (arn, body, attributes) => {
    const fn = stack.functions.find((candidate) => candidate.arn === arn);
    if (fn) {
      targets.invokeAsync(fn.logicalId, body);
      return;
    }
    const queue = stack.queues.find((candidate) => candidate.arn === arn);
    const endpoint = targets.queueEndpoint;
    if (!queue || endpoint === undefined) {
      throw new Error(`the destination ${arn} is not a queue or function of this stack`);
    }
    const client = createJsonClient(endpoint, stack.region);
    try {
      await client.call('AmazonSQS.SendMessage', {
        QueueUrl: `${endpoint}/${stack.accountId}/${queue.queueName}`,
        MessageBody: body,
        ...(attributes && { MessageAttributes: messageAttributes(attributes) }),
      });
    } finally {
      await client.close();
    }
  };
}

function messageAttributes(attributes: DeadLetterAttributes): Record<string, unknown> {
  return {
    RequestID: { DataType: 'String', StringValue: attributes.RequestID },
    ErrorCode: { DataType: 'Number', StringValue: attributes.ErrorCode },
    ErrorMessage: { DataType: 'String', StringValue: attributes.ErrorMessage },
  };
}
