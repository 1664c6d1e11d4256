import { correlationIdOf, correlationIdOfRecord } from './correlation.ts';

const context = { awsRequestId: 'lambda-id' };
const requestContext = { requestId: 'gateway-id=' };

test.each(['x-correlation-id', 'X-Correlation-Id', 'X-CORRELATION-ID'])(
  "takes over the caller's %s",
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
  ['is no text', 7],
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
