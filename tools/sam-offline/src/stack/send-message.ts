import type { SendMessage } from '../http-api/index.ts';
import { AwsServiceError, createJsonClient, type QueueService } from '../services/index.ts';

/** How HTTP APIs call SQS for the routes that send messages. */
export interface MessageSender {
  readonly sendMessage: SendMessage;
  close(): Promise<void>;
}

/** @param region of the stack */
export function createMessageSender({ endpoint }: QueueService, region: string): MessageSender {
  const client = createJsonClient(endpoint, region);
  return {
    async sendMessage(input) {
      try {
        return { ok: true, output: await client.call('AmazonSQS.SendMessage', input) };
      } catch (error) {
        if (!(error instanceof AwsServiceError)) throw error;
        const { statusCode, code, message } = error;
        return { ok: false, statusCode, code, message };
      }
    },
    close: () => client.close(),
  };
}
