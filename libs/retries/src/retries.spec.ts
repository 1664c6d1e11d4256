import {
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import {
  backOff,
  cancellationReasons,
  ContentionError,
  fullJitter,
  sendUntilProcessed,
  UnprocessedError,
  withContentionRetries,
} from './index.ts';

const $metadata = {};
const conflict = () => new TransactionConflictException({ message: '', $metadata });
const inProgress = () => new TransactionInProgressException({ message: '', $metadata });
const cancelled = (...codes: (string | undefined)[]) =>
  new TransactionCanceledException({
    message: '',
    $metadata,
    CancellationReasons: codes.map((Code) => (Code === undefined ? {} : { Code })),
  });

/** Fails with each of the errors in turn, and then resolves with the number of calls. */
function failing(...errors: Error[]): jest.Mock<Promise<number>, []> {
  const write: jest.Mock<Promise<number>, []> = jest.fn(async () => {
    const error = errors[write.mock.calls.length - 1];
    if (error !== undefined) throw error;
    return write.mock.calls.length;
  });
  return write;
}

describe('fullJitter', () => {
  const bounds = { baseMs: 10, maxMs: 50 };

  test.each([
    [1, 10],
    [2, 20],
    [3, 40],
    [4, 50],
    [2_000, 50],
  ])('after %i failed attempts, the bound is %i ms', (attempts, boundMs) => {
    expect(fullJitter(attempts, bounds, () => 0)).toBe(0);
    expect(fullJitter(attempts, bounds, () => 1 - 2 ** -53)).toBe(boundMs - 1);
  });

  test('backOff waits for it', async () => {
    await expect(backOff(1, { baseMs: 1, maxMs: 1 })).resolves.toBeUndefined();
  });
});

describe('withContentionRetries', () => {
  test.each([
    ['a conflict', conflict],
    ['a transaction in progress', inProgress],
    ['a cancelled transaction', () => cancelled('None', 'TransactionConflict', undefined)],
    ['throttling', () => cancelled('ThrottlingError', 'ProvisionedThroughputExceeded')],
  ])('repeats after %s', async (_case, error) => {
    await expect(withContentionRetries(failing(error(), error()))).resolves.toBe(3);
  });

  test.each([
    ['a condition that failed', cancelled('ConditionalCheckFailed', 'TransactionConflict')],
    ['a transaction without reasons', cancelled()],
    ['any other error', new Error('no network')],
  ])('does not repeat after %s', async (_case, error) => {
    const write = failing(error);
    await expect(withContentionRetries(write)).rejects.toBe(error);
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('throws a ContentionError at last, whose cause is the last error', async () => {
    const error = conflict();
    const write = jest.fn(() => Promise.reject(error));
    const failure: unknown = await withContentionRetries(write).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ContentionError);
    expect(failure).toMatchObject({ cause: error });
    expect(write).toHaveBeenCalledTimes(12);
  });
});

test('tells why each item of a transaction was refused', () => {
  expect(cancellationReasons(cancelled('None', 'ConditionalCheckFailed'))).toEqual([
    { Code: 'None' },
    { Code: 'ConditionalCheckFailed' },
  ]);
  expect(cancellationReasons(conflict())).toBeUndefined();
});

describe('sendUntilProcessed', () => {
  test('sends unprocessed items again until there are none', async () => {
    const sent: number[][] = [];
    await sendUntilProcessed('Posts', [1, 2, 3], async (items) => {
      sent.push(items);
      return items.slice(1);
    });
    expect(sent).toEqual([[1, 2, 3], [2, 3], [3]]);
  });

  test('sends nothing for an empty batch, and ends when DynamoDB names no unprocessed items', async () => {
    const send = jest.fn(async () => undefined);
    await sendUntilProcessed('Posts', [], send);
    expect(send).not.toHaveBeenCalled();
    await sendUntilProcessed('Posts', [1], send);
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('throws for a table that stays throttled', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const send = jest.fn(async (items: number[]) => items);
    const failure: unknown = await sendUntilProcessed('Posts', [1, 2], send).catch(
      (thrown: unknown) => thrown,
    );
    jest.restoreAllMocks();
    expect(failure).toBeInstanceOf(UnprocessedError);
    expect(failure).toMatchObject({
      items: 2,
      message: '2 items of Posts are unprocessed after 12 attempts: the table is throttled',
    });
    expect(send).toHaveBeenCalledTimes(12);
  });
});
