import { correlationIdOf, correlationIdOfRecord, previousTracesOf } from './correlation.ts';

const context = { awsRequestId: 'lambda-id' };
const requestContext = { requestId: 'gateway-id=' };

test.each(['x-correlation-id', 'X-Correlation-Id', 'X-CORRELATION-ID'])(
  "uses the caller's %s",
  (name) => {
    const event = { headers: { [name]: 'order-7.2' }, requestContext };
    expect(correlationIdOf(event, context)).toBe('order-7.2');
  },
);

test.each([
  ['would forge a log line', 'a\n{"level":"ERROR"}'],
  ['is longer than 128 characters', 'a'.repeat(129)],
  ['is empty', ''],
  ['has spaces', 'a b'],
  ['is not a text', 7],
])("uses API Gateway's request id where the caller's %s", (_case, value) => {
  const event = { headers: { 'x-correlation-id': value }, requestContext };
  expect(correlationIdOf(event, context)).toBe('gateway-id=');
});

test.each([{}, null, 'text', { Records: [] }, { headers: null }, { requestContext: null }])(
  "uses Lambda's request id for the event %j",
  (event) => {
    expect(correlationIdOf(event, context)).toBe('lambda-id');
  },
);

test('a queue message carries it as an attribute', () => {
  const record = {
    messageAttributes: { correlationId: { stringValue: 'abc', dataType: 'String' } },
  };
  expect(correlationIdOfRecord(record)).toBe('abc');
  expect(correlationIdOfRecord({ messageAttributes: {} })).toBeUndefined();
});

describe('a batch', () => {
  const stored = (id: string) => ({ dynamodb: { NewImage: { correlationId: { S: id } } } });

  test('of one record has the id of the request that wrote it', () => {
    const message = { messageAttributes: { correlationId: { stringValue: 'a-1' } } };
    expect(correlationIdOf({ Records: [message] }, context)).toBe('a-1');
    expect(correlationIdOf({ Records: [stored('a-2')] }, context)).toBe('a-2');
    const removed = { dynamodb: { OldImage: { correlationId: { S: 'a-3' } } } };
    // The deleted item names an earlier request.
    expect(correlationIdOf({ Records: [removed] }, context)).toBe(context.awsRequestId);
  });

  test('of several has an id of its own', () => {
    expect(correlationIdOf({ Records: [stored('a'), stored('b')] }, context)).toBe(
      context.awsRequestId,
    );
  });

  test.each([
    ['of 10 KB', 'x'.repeat(10_240)],
    ['with line breaks', 'a\nlevel: ERROR'],
    ['that is a token', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'],
  ])('has its own id in place of one %s', (_, id) => {
    expect(correlationIdOf({ Records: [stored(id)] }, context)).toBe(context.awsRequestId);
  });
});

describe('the traces before', () => {
  const id = (digit: string) => `1-5840652${digit}-a006649127e371903a2de979`;
  const message = (traceId: string) => ({
    messageAttributes: { traceId: { stringValue: traceId } },
  });
  const item = (traceId: string) => ({ dynamodb: { NewImage: { traceId: { S: traceId } } } });

  test('are those that queued a message or stored an item, each once', () => {
    const Records = [message(id('0')), item(id('1')), item(id('1')), item('no trace'), {}];
    expect(previousTracesOf({ Records })).toEqual([id('0'), id('1')]);
  });

  test('are empty for a request, and as many as an annotation takes for a large batch', () => {
    expect(previousTracesOf({ requestContext: {} })).toEqual([]);
    const Records = Array.from({ length: 100 }, (_, index) =>
      item(`1-${String(index).padStart(8, '0')}-a006649127e371903a2de979`),
    );
    expect(previousTracesOf({ Records }).join(' ').length).toBeLessThanOrEqual(1_000);
  });
});
