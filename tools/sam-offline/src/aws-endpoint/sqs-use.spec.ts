import { queue } from '../event-sources/testing/stack.ts';
import { ensureQueues, startQueueService, type QueueService } from '../services/index.ts';
import type { AwsCall } from './call.ts';
import type { CallUse } from './call.ts';
import type { ServiceProxy } from './dynamodb.ts';
import { createSqsProxy } from './sqs.ts';
import { sqsUse } from './sqs-use.ts';

const region = 'ap-northeast-1';
const accountId = '123456789012';

let service: QueueService;
let proxy: ServiceProxy;
let QueueUrl: string;

beforeAll(async () => {
  service = await startQueueService({ region, accountId });
  const urls = await ensureQueues(service.endpoint, region, [queue('jobs')]);
  QueueUrl = urls.get('jobs') ?? '';
  proxy = createSqsProxy(service.endpoint, region);
});
afterAll(async () => {
  await proxy.close();
  await service.close();
});

const HEADERS = { host: 'localhost' };

function jsonCall(operation: string, input: object): AwsCall {
  const body = Buffer.from(JSON.stringify({ QueueUrl, ...input }));
  return {
    ...{ method: 'POST', path: '/', query: '', headers: HEADERS, body },
    ...{ service: 'sqs', operation, protocol: 'json' },
  };
}

/** Makes the same call in the Query protocol, to the queue's URL, as older SDKs do. */
function queryCall(operation: string, parameters: Record<string, string>): AwsCall {
  const body = Buffer.from(new URLSearchParams({ Action: operation, ...parameters }).toString());
  return {
    ...{ method: 'POST', path: new URL(QueueUrl).pathname, query: '', headers: HEADERS, body },
    ...{ service: 'sqs', operation, protocol: 'query' },
  };
}

/** Sends a call to SQS, and reads its use from the request and the response. */
async function use(call: AwsCall): Promise<CallUse & { readonly response: string }> {
  const response = await proxy.handle(call);
  return { ...sqsUse(call, response), response: response.body.toString() };
}

const handlesIn = (response: string): string[] =>
  [...response.matchAll(/<ReceiptHandle>([^<]+)</g)].map(([, handle = '']) => handle);

it.each([
  ['JSON', () => jsonCall('SendMessage', { MessageBody: 'héllo' })],
  ['the Query protocol', () => queryCall('SendMessage', { MessageBody: 'héllo' })],
])('a message that is sent in %s counts with the bytes of its body', async (_protocol, call) => {
  const { resource, resources, wrote, response } = await use(call());
  expect(resource).toBe('jobs');
  expect(wrote).toEqual([/[\da-f]{8}-[\da-f-]{27}/.exec(response)?.[0]]);
  expect(resources).toEqual([{ name: 'jobs', items: 1, bytes: 6 }]);
});

it('counts the names, types and values of attributes', async () => {
  const MessageAttributes = {
    kind: { DataType: 'String', StringValue: 'abc' },
    data: { DataType: 'Binary', BinaryValue: Buffer.alloc(10).toString('base64') },
  };
  const { resources } = await use(jsonCall('SendMessage', { MessageBody: 'b', MessageAttributes }));
  expect(resources?.[0]?.bytes).toBe(1 + ('kind'.length + 6 + 3) + ('data'.length + 6 + 10));
});

it('counts the sent, received and deleted messages of a batch, whatever the bodies contain', async () => {
  await use(jsonCall('PurgeQueue', {}));
  // Text in a body that looks like a response must not be counted.
  const bodies = ['{"ReceiptHandle":"x","MessageId":"y"}', '<ReceiptHandle>x</ReceiptHandle>'];
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  const sent = await use(jsonCall('SendMessageBatch', { Entries }));
  expect(sent.resources).toEqual([{ name: 'jobs', items: 2, bytes: bodies.join('').length }]);

  const received = await use(jsonCall('ReceiveMessage', { MaxNumberOfMessages: 10 }));
  expect(received.resources).toEqual([{ name: 'jobs', items: 2 }]);

  const { Messages } = JSON.parse(received.response) as {
    Messages: { MessageId: string; ReceiptHandle: string }[];
  };
  expect(sent.wrote).toEqual(Messages.map(({ MessageId }) => MessageId));
  const handles = [...Messages.map(({ ReceiptHandle }) => ReceiptHandle), 'no-such-handle'];
  const deletions = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
  const deleted = await use(jsonCall('DeleteMessageBatch', { Entries: deletions }));
  const failures = (JSON.parse(deleted.response) as { Failed?: unknown[] }).Failed?.length ?? 0;
  expect(deleted.resources).toEqual([{ name: 'jobs', items: 3 - failures }]);
});

it('reads the same from the Query protocol’s XML', async () => {
  await use(jsonCall('PurgeQueue', {}));
  const sent = await use(
    queryCall('SendMessageBatch', {
      'SendMessageBatchRequestEntry.1.Id': 'a',
      'SendMessageBatchRequestEntry.1.MessageBody': 'one',
      'SendMessageBatchRequestEntry.2.Id': 'b',
      'SendMessageBatchRequestEntry.2.MessageBody': 'three',
    }),
  );
  expect(sent.resources).toEqual([{ name: 'jobs', items: 2, bytes: 8 }]);
  expect(sent.wrote).toHaveLength(2);
  const received = await use(queryCall('ReceiveMessage', { MaxNumberOfMessages: '10' }));
  expect(received.resources).toEqual([{ name: 'jobs', items: 2 }]);
  const [first = '', second = ''] = handlesIn(received.response);
  const one = await use(queryCall('DeleteMessage', { ReceiptHandle: first }));
  expect(one.resources).toEqual([{ name: 'jobs', items: 1 }]);
  const batch = await use(
    queryCall('DeleteMessageBatch', {
      'DeleteMessageBatchRequestEntry.1.Id': 'a',
      'DeleteMessageBatchRequestEntry.1.ReceiptHandle': second,
    }),
  );
  expect(batch.resources).toEqual([{ name: 'jobs', items: 1 }]);
});

it('an empty receive used the queue, but no message', async () => {
  await use(jsonCall('PurgeQueue', {}));
  const { resources } = await use(jsonCall('ReceiveMessage', { WaitTimeSeconds: 0 }));
  expect(resources).toEqual([{ name: 'jobs', items: 0 }]);
});

it('has no use for a call without a queue, or with an invalid body', () => {
  const response = { statusCode: 400, headers: {}, body: '{}' };
  const call = jsonCall('SendMessage', {});
  expect(sqsUse({ ...call, body: Buffer.from('{"QueueUrl":') }, response)).toEqual({});
  expect(sqsUse({ ...call, operation: 'ListQueues', body: Buffer.from('{}') }, response)).toEqual(
    {},
  );
});
