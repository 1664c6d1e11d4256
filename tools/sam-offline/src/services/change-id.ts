import { hash } from 'node:crypto';

type AttributeValue = Readonly<Record<string, unknown>>;

/** Hexadecimal digits of an id: enough to tell the changes of one run apart. */
const ID_DIGITS = 16;

/**
 * The id of a change to an item, which both the call that wrote the item and the stream's record of it
 * lead to: DynamoDB's response to a write does not name the stream record. Two changes of one item
 * within a second have the same id.
 *
 * @param key the item's key attributes in DynamoDB's JSON; a number is compared by its value
 * @param second when the item was written, in seconds since 1970
 *   (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html,
 *   `ApproximateCreationDateTime`)
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
