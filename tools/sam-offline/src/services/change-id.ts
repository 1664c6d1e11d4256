import { hash } from 'node:crypto';

type AttributeValue = Readonly<Record<string, unknown>>;

/**
 * The number of hexadecimal digits in an id, which is enough to distinguish the changes of one run.
 */
const ID_DIGITS = 16;

/**
 * Makes the id of a change to an item. It can be derived from the call that wrote the item and from
 * the stream record of the change, because DynamoDB's response to a write does not name the stream
 * record. Two changes of one item within a second have the same id.
 *
 * @param key the item's key attributes in DynamoDB's JSON; a number is compared by its value
 * @param second the time of the write, in seconds since 1970
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html,
 * `ApproximateCreationDateTime`)
 */
export function changeId(
  tableName: string,
  key: Readonly<Record<string, unknown>>,
  second: number,
): string {
  const parts = Object.keys(key)
    .sort()
    .map((name) => `${name}=${valueOf(key[name] as AttributeValue)}`);
  return hash('md5', [tableName, Math.floor(second), ...parts].join('\n')).slice(0, ID_DIGITS);
}

function valueOf(attribute: AttributeValue): string {
  const [[type, value] = ['', '']] = Object.entries(attribute);
  return type === 'N' ? `N${Number(value)}` : `${type}${String(value)}`;
}
