import { readStreamRecord, type StreamRecord, type StreamViewType } from './stream-record.ts';

const modified = (before: object, after: object): StreamRecord => ({
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { id: { S: 'a' } },
    OldImage: { id: { S: 'a' }, ...before },
    NewImage: { id: { S: 'a' }, ...after },
    SequenceNumber: '7',
  },
});
const region = 'ap-northeast-1';
const isRead = (before: object, after: object): boolean =>
  readStreamRecord(modified(before, after), { region }) !== undefined;

describe('readStreamRecord', () => {
  it.each([
    ['an item', {}, {}],
    [
      'attributes in another order',
      { a: { S: '1' }, b: { S: '2' } },
      { b: { S: '2' }, a: { S: '1' } },
    ],
    ['a set in another order', { s: { NS: ['1', '2'] } }, { s: { NS: ['2', '1'] } }],
    [
      'sets in maps in lists',
      { l: { L: [{ M: { x: { BS: ['AA==', 'AQ=='] }, y: { BOOL: true } } }] } },
      { l: { L: [{ M: { y: { BOOL: true }, x: { BS: ['AQ==', 'AA=='] } } }] } },
    ],
    [
      'a map with a key that has the name of a type',
      { m: { M: { SS: { S: 'x' } } } },
      { m: { M: { SS: { S: 'x' } } } },
    ],
    ['null', { n: { NULL: true } }, { n: { NULL: true } }],
  ])('leaves out a record of %s that is equal', (_what, before, after) => {
    expect(isRead(before, after)).toBe(false);
  });

  it.each([
    ['one attribute more', {}, { a: { S: '' } }],
    ['one attribute less', { a: { S: '' } }, {}],
    ['another type', { a: { S: '1' } }, { a: { N: '1' } }],
    [
      'a list in another order',
      { l: { L: [{ S: '1' }, { S: '2' }] } },
      { l: { L: [{ S: '2' }, { S: '1' }] } },
    ],
    ['a list instead of a set', { l: { L: [] } }, { l: { SS: [] } }],
    ['another member', { s: { SS: ['a', 'b'] } }, { s: { SS: ['a', 'c'] } }],
    ['one member less', { s: { SS: ['a', 'b'] } }, { s: { SS: ['a'] } }],
    [
      'a deep value',
      { m: { M: { x: { L: [{ N: '1' }] } } } },
      { m: { M: { x: { L: [{ N: '2' }] } } } },
    ],
    ['another name', { a: { S: '1' } }, { b: { S: '1' } }],
  ])('keeps %s', (_what, before, after) => {
    expect(isRead(before, after)).toBe(true);
  });

  it.each<[StreamViewType, string[]]>([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['OldImage', 'NewImage']],
  ])('shows the images of %s', (streamViewType, images) => {
    const record = readStreamRecord(modified({}, { a: { S: '1' } }), { region, streamViewType });
    const change = record?.dynamodb ?? {};
    expect(Object.keys(change).filter((name) => name.endsWith('Image'))).toEqual(images);
  });
});
