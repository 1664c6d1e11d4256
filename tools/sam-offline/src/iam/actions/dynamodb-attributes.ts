import { listOf, recordOf, textOf } from './call.ts';

/** The attributes that these expressions name belong to `dynamodb:Attributes`. */
const EXPRESSIONS = [
  'ProjectionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ConditionExpression',
  'UpdateExpression',
];

/** Words of expressions that are not attribute names. */
const WORDS = new Set([
  ...['set', 'remove', 'add', 'delete', 'and', 'or', 'not', 'between', 'in'],
  ...['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains'],
  ...['size', 'if_not_exists', 'list_append'],
]);

/**
 * Collects the top-level attributes that a request names, for `dynamodb:Attributes`. A request
 * names attributes in keys, items, expressions and the legacy parameters
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html).
 */
export function attributesOf(input: Readonly<Record<string, unknown>>): string[] {
  const names = new Set<string>();
  for (const member of [
    'Key',
    'Item',
    'Expected',
    'AttributeUpdates',
    'KeyConditions',
    'QueryFilter',
    'ScanFilter',
  ]) {
    for (const name of Object.keys(recordOf(input[member]))) names.add(name);
  }
  for (const name of listOf(input.AttributesToGet)) names.add(String(name));
  const aliases = recordOf(input.ExpressionAttributeNames);
  for (const member of EXPRESSIONS) {
    const expression = textOf(input[member]);
    if (expression === undefined) continue;
    for (const name of namesIn(expression)) names.add(textOf(aliases[name]) ?? name);
  }
  return [...names];
}

/** Finds the names in an expression: `a` and `#c` in `a.b[0] = :value AND #c = :d`. */
function namesIn(expression: string): string[] {
  const names: string[] = [];
  for (const [name] of expression.matchAll(/(?<![\w.:#])#?[A-Za-z_][\w]*/g)) {
    if (!WORDS.has(name.toLowerCase())) names.push(name);
  }
  return names;
}

/**
 * Collects the values of the partition key that a request names, for `dynamodb:LeadingKeys`.
 *
 * @param partitionKey the name of the table's or index's partition key
 */
export function leadingKeysOf(
  input: Readonly<Record<string, unknown>>,
  partitionKey: string,
): string[] {
  const direct =
    scalarOf(recordOf(input.Key)[partitionKey]) ?? scalarOf(recordOf(input.Item)[partitionKey]);
  if (direct !== undefined) return [direct];
  const conditions = recordOf(recordOf(input.KeyConditions)[partitionKey]);
  const older = scalarOf(listOf(conditions.AttributeValueList)[0]);
  if (older !== undefined) return [older];
  const expression = textOf(input.KeyConditionExpression);
  if (expression === undefined) return [];
  const aliases = recordOf(input.ExpressionAttributeNames);
  for (const [, left = '', right = ''] of expression.matchAll(/([#:]?\w+)\s*=\s*([#:]?\w+)/g)) {
    const [name, value] = left.startsWith(':') ? [right, left] : [left, right];
    if ((textOf(aliases[name]) ?? name) !== partitionKey) continue;
    const found = scalarOf(recordOf(input.ExpressionAttributeValues)[value]);
    return found === undefined ? [] : [found];
  }
  return [];
}

/** Reads the value of `{"S":"a"}`, `{"N":"1"}` or `{"B":"…"}`. */
function scalarOf(value: unknown): string | undefined {
  const { S: text, N: number, B: binary } = recordOf(value);
  return textOf(text) ?? textOf(number) ?? textOf(binary);
}
