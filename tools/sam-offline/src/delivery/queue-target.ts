import type { Enforcement } from '../iam/index.ts';
import { AwsServiceError, createJsonClient, type JsonClient } from '../services/index.ts';
import type { Stack } from '../template/index.ts';
import { DeliveryError, type TargetSender } from './targets.ts';

/**
 * Makes a sender for the queues of a stack.
 *
 * @param endpoint the URL of SQS; undefined if the stack has no queues
 */
export function queueTarget(
  stack: Pick<Stack, 'region' | 'accountId'>,
  endpoint: string | undefined,
  permissions: Enforcement,
): { readonly send: TargetSender; close(): Promise<void> } {
  let client: JsonClient | undefined;
  return {
    async send(arn, message, by) {
      if (endpoint === undefined) {
        throw new DeliveryError('RESOURCE_NOT_FOUND', `there is no queue ${arn} in this stack`);
      }
      const denial =
        by && permissions.refuseService(by, { action: 'sqs:SendMessage', resource: arn });
      if (denial !== undefined) throw new DeliveryError('NO_PERMISSIONS', denial.message);
      const { body, attributes, messageGroupId, deduplicationId, traceHeader } = message;
      client ??= createJsonClient(endpoint, stack.region);
      try {
        const { MessageId: messageId } = await client.call('AmazonSQS.SendMessage', {
          QueueUrl: `${endpoint}/${stack.accountId}/${arn.split(':').at(-1) ?? ''}`,
          MessageBody: body,
          ...(attributes && { MessageAttributes: attributes }),
          ...(messageGroupId !== undefined && { MessageGroupId: messageGroupId }),
          ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
          ...(traceHeader !== undefined && {
            MessageSystemAttributes: {
              AWSTraceHeader: { DataType: 'String', StringValue: traceHeader },
            },
          }),
        });
        return typeof messageId === 'string' ? { messageId } : {};
      } catch (error) {
        if (!(error instanceof AwsServiceError)) throw error;
        throw new DeliveryError(error.code, error.message, error.statusCode >= 500);
      }
    },
    close: async () => client?.close(),
  };
}
