import type { AwsCall, AwsResponse } from './call.ts';
import { TableThrottle } from './table-throttle.ts';

function callOf(operation: string, input: object): AwsCall {
  return {
    ...{ method: 'POST', path: '/', query: '', headers: {}, protocol: 'json' },
    ...{ service: 'dynamodb', operation, body: Buffer.from(JSON.stringify(input)) },
  };
}

const Item = { id: { S: '1' } };
const put = (TableName: string) => callOf('PutItem', { TableName, Item });
const get = (TableName: string) => callOf('GetItem', { TableName, Key: Item });
const done: AwsResponse = { statusCode: 200, headers: {}, body: '{}' };
const bodyOf = (response: AwsResponse | undefined): unknown =>
  response && JSON.parse(response.body.toString());

/**
 * Sends at most ten calls, until one is throttled.
 * @returns the number of calls that were not throttled
 */
function taken(throttle: TableThrottle, call: AwsCall): number {
  for (let count = 0; count < 10; count++) {
    if (throttle.refuse(call) !== undefined) return count;
    throttle.count(call, done);
  }
  return 10;
}

let nowMs = 1000;
beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('throttles calls that exceed the units of a second, separately for each table', () => {
  const throttle = new TableThrottle({ tableReads: 2, tableWrites: 3 });
  expect(taken(throttle, put('posts'))).toBe(3);
  // A read that is not strongly consistent uses half a unit.
  expect(taken(throttle, get('posts'))).toBe(4);
  expect(taken(throttle, put('comments'))).toBe(3);

  const refusal = throttle.refuse(put('posts'));
  expect(refusal?.statusCode).toBe(400);
  expect(bodyOf(refusal)).toEqual({
    __type: expect.stringMatching(/#ThrottlingException$/),
    message: expect.stringContaining('Throughput exceeds'),
  });
});

test('allows calls again after a time, but not more than those of one second', () => {
  const throttle = new TableThrottle({ tableWrites: 4 });
  taken(throttle, put('posts'));
  nowMs += 500;
  expect(taken(throttle, put('posts'))).toBe(2);
  nowMs += 60_000;
  expect(taken(throttle, put('posts'))).toBe(4);
});

test('does not throttle a table without a limit', () => {
  const throttle = new TableThrottle({ tableReads: 1 });
  expect(taken(throttle, put('posts'))).toBe(10);
});

test('cancels a transaction with the reason at the items of the throttled table', () => {
  const throttle = new TableThrottle({ tableWrites: 1 });
  taken(throttle, put('posts'));
  const TransactItems = ['posts', 'comments', 'posts'].map((TableName) => ({
    Put: { TableName, Item },
  }));
  const refusal = throttle.refuse(callOf('TransactWriteItems', { TransactItems }));
  expect(bodyOf(refusal)).toMatchObject({
    __type: expect.stringMatching(/#TransactionCanceledException$/),
    CancellationReasons: [
      { Code: 'ThrottlingError' },
      { Code: 'None' },
      { Code: 'ThrottlingError' },
    ],
  });
});
