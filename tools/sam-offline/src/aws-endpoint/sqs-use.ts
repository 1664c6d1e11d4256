import { occurrences, textMember } from './body-text.ts';
import type { AwsAnswer, AwsCall } from './call.ts';
import type { CallUse } from './call.ts';

/** Which queue a call used, and with how many messages. */
export function sqsUse({ operation, protocol, body }: AwsCall, answer: AwsAnswer): CallUse {
  const url =
    protocol === 'query'
      ? decodeURIComponent(/(?:^|&)QueueUrl=([^&]*)/.exec(body.toString('latin1'))?.[1] ?? '')
      : (textMember(body, 'QueueUrl') ?? '');
  const name = url.slice(url.lastIndexOf('/') + 1);
  if (name === '') return {};
  const isXml = protocol === 'query';
  switch (operation) {
    case 'SendMessage':
      return { resource: name, resources: [{ name, items: 1, bytes: body.length }] };
    case 'SendMessageBatch': {
      const items = occurrences(answer.body, isXml ? '<MessageId>' : '"MessageId"');
      return { resource: name, resources: [{ name, items, bytes: body.length }] };
    }
    case 'ReceiveMessage': {
      const items = occurrences(answer.body, isXml ? '<ReceiptHandle>' : '"ReceiptHandle"');
      return { resource: name, resources: [{ name, items }] };
    }
    case 'DeleteMessage':
      return { resource: name, resources: [{ name, items: 1 }] };
    case 'DeleteMessageBatch': {
      const failed = occurrences(answer.body, isXml ? '<BatchResultErrorEntry>' : '"SenderFault"');
      const all = isXml
        ? occurrences(answer.body, '<DeleteMessageBatchResultEntry>')
        : occurrences(body, '"ReceiptHandle"') - failed;
      return { resource: name, resources: [{ name, items: all }] };
    }
    default:
      return { resource: name };
  }
}
