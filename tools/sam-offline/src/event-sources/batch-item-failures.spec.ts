import { readBatchItemFailures } from './batch-item-failures.ts';

const identifiers = new Set(['1', '2']);
const read = (payload: string): string =>
  readBatchItemFailures(Buffer.from(payload), identifiers).type;

describe('readBatchItemFailures', () => {
  it.each(['', 'null', '{}', '{"batchItemFailures":[]}', '{"batchItemFailures":null}', '"done"'])(
    'reads %j as success',
    (payload) => {
      expect(read(payload)).toBe('success');
    },
  );

  it.each([
    'no JSON',
    '{"batchItemFailures":{}}',
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    '{"batchItemFailures":[{"id":"1"}]}',
    '{"batchItemFailures":[null]}',
    '{"batchItemFailures":[{"itemIdentifier":"3"}]}',
  ])('reads %j as a failure of the whole batch', (payload) => {
    expect(read(payload)).toBe('malformed');
  });

  it('gives the identifiers of the failed items', () => {
    const payload = Buffer.from('{"batchItemFailures":[{"itemIdentifier":"2"}]}');
    expect(readBatchItemFailures(payload, identifiers)).toEqual({
      type: 'partial',
      failed: new Set(['2']),
    });
  });
});
