import { idsIn, occurrences, textMember } from './body-text.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import type { CallUse } from './call.ts';
import { queryToJson } from './sqs-query.ts';
import { isRecord } from '../is-record.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Gives the queue that a call used and the number of messages. For sent messages it also gives
 * their size in bytes.
 */
export function sqsUse(call: AwsCall, response: AwsResponse): CallUse {
  const { operation, protocol, body } = call;
  const isXml = protocol === 'query';
  const isSend = operation.startsWith('SendMessage');
  // Other JSON bodies are not parsed, because only the queue is needed from them.
  const input = isXml ? queryToJson(call) : isSend ? parse(body) : undefined;
  const url = input?.QueueUrl ?? textMember(body, 'QueueUrl');
  const name = typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : '';
  if (name === '') return {};
  switch (operation) {
    case 'SendMessage':
      return {
        resource: name,
        resources: [{ name, items: 1, bytes: messageBytes(input) }],
        wrote: idsIn(response.body, 'MessageId'),
      };
    case 'SendMessageBatch': {
      const wrote = idsIn(response.body, 'MessageId');
      const entries = Array.isArray(input?.Entries) ? (input.Entries as readonly unknown[]) : [];
      const bytes = entries.reduce<number>((sum, entry) => sum + messageBytes(entry), 0);
      return { resource: name, resources: [{ name, items: wrote.length, bytes }], wrote };
    }
    case 'ReceiveMessage': {
      const items = occurrences(response.body, isXml ? '<ReceiptHandle>' : '"ReceiptHandle"');
      return { resource: name, resources: [{ name, items }] };
    }
    case 'DeleteMessage':
      return { resource: name, resources: [{ name, items: 1 }] };
    case 'DeleteMessageBatch': {
      const failed = occurrences(
        response.body,
        isXml ? '<BatchResultErrorEntry>' : '"SenderFault"',
      );
      const all = isXml
        ? occurrences(response.body, '<DeleteMessageBatchResultEntry>')
        : occurrences(body, '"ReceiptHandle"') - failed;
      return { resource: name, resources: [{ name, items: all }] };
    }
    default:
      return { resource: name };
  }
}

/**
 * Gives a message's size as SQS counts it, in bytes: its body, and the names, types and values of
 * its attributes
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
 */
function messageBytes(message: unknown): number {
  if (!isRecord(message)) return 0;
  const attributes = Object.entries(
    isRecord(message.MessageAttributes) ? message.MessageAttributes : {},
  );
  return attributes.reduce((sum, [name, attribute]) => {
    if (!isRecord(attribute)) return sum;
    const { DataType, StringValue, BinaryValue } = attribute;
    const value = byteLength(StringValue) + byteLength(BinaryValue, 'base64');
    return sum + byteLength(name) + byteLength(DataType) + value;
  }, byteLength(message.MessageBody));
}

function byteLength(text: unknown, encoding: BufferEncoding = 'utf8'): number {
  return typeof text === 'string' ? Buffer.byteLength(text, encoding) : 0;
}

function parse(body: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
