import { deadLetterReason } from './dead-letter-reason.ts';

const FANOUT = { queueName: 'fanout', redrivePolicy: '{"maxReceiveCount":3}' };

it('reads the record of a failure destination', () => {
  const requestContext = {
    ...{ requestId: 'r1', condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:stream',
  };
  expect(deadLetterReason({ Body: JSON.stringify({ requestContext }) }, [])).toBe(
    'RetryAttemptsExhausted: stream was invoked 2 times; the last request id is r1.',
  );
});

it('reads what Lambda wrote to an asynchronous event', () => {
  const attributes = { ErrorMessage: { DataType: 'String', StringValue: 'out of stock' } };
  expect(deadLetterReason({ Body: '{}', MessageAttributes: attributes }, [])).toBe(
    'The function failed with: out of stock',
  );
});

it('counts the receives of a queue’s message', () => {
  const message = { Body: 'no JSON', Attributes: { ApproximateReceiveCount: '4' } };
  expect(deadLetterReason(message, [FANOUT])).toBe(
    'fanout moves a message to this queue after 3 receives. This message has been received 4 times, including those by the console.',
  );
  expect(deadLetterReason(message, [])).toBeUndefined();
});
