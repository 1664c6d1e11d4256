import type { ResourceEntry } from '../entries.ts';
import type { KeySchema, SecondaryIndex, Table } from '../model.ts';
import {
  globalTable,
  secondaryIndex,
  serverlessSimpleTable,
  table as tableProperties,
  streamSpecification,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { didYouMean } from '../../suggestions.ts';
import type { StackResources } from './stack-resources.ts';
import { tableTypes } from './stack-resources.ts';

type AttributeDefinition = Table['attributeDefinitions'][number];

/** Reads all tables of the stack. */
export function tablesOf(resources: StackResources): Table[] {
  return resources.ofType(...tableTypes).flatMap((entry) => {
    const properties = resources.read(entry);
    properties.text('TableName');
    const made =
      entry.type === 'AWS::Serverless::SimpleTable'
        ? simpleTable(properties)
        : fullTable(entry, properties);
    if (made === undefined) return [];
    const arn = resources.attribute(entry, 'Arn') ?? '';
    return [
      { logicalId: entry.logicalId, tableName: resources.ref(entry), arn, ...made(resources) },
    ];
  });
}

type Rest = Omit<Table, 'logicalId' | 'tableName' | 'arn'>;

const simpleTypes = { String: 'S', Number: 'N', Binary: 'B' } as const;

/**
 * Reads an `AWS::Serverless::SimpleTable`, which only has a partition key. By default, it is the
 * string `id`.
 */
function simpleTable(properties: Reader): () => Rest {
  properties.check(serverlessSimpleTable);
  const key = properties.map('PrimaryKey')?.check({ used: ['Name', 'Type'] });
  if (key?.has('Type') === false) key.requiredText('Type', 'String, Number or Binary');
  const partitionKey = key?.requiredText('Name', 'the name of an attribute') ?? 'id';
  const type = key?.oneOf('Type', ['String', 'Number', 'Binary']) ?? 'String';
  return () => ({
    attributeDefinitions: [{ name: partitionKey, type: simpleTypes[type] }],
    keySchema: { partitionKey },
    globalSecondaryIndexes: [],
    localSecondaryIndexes: [],
  });
}

function fullTable(
  entry: ResourceEntry,
  properties: Reader,
): ((resources: StackResources) => Rest) | undefined {
  const isGlobal = entry.type === 'AWS::DynamoDB::GlobalTable';
  properties.check(isGlobal ? globalTable : tableProperties);
  const definitions = attributeDefinitionsOf(properties);
  const used = new Set<string>();
  const keySchema = keySchemaOf(properties, definitions, used);
  const globalSecondaryIndexes = indexesOf('GlobalSecondaryIndexes', properties, definitions, used);
  const localSecondaryIndexes = indexesOf('LocalSecondaryIndexes', properties, definitions, used);
  for (const { name } of definitions) {
    if (used.has(name) || keySchema === undefined) continue;
    properties.diagnostics.error(
      properties.at('AttributeDefinitions'),
      `\`${name}\` is in no key: DynamoDB defines attributes of keys only`,
    );
  }
  const ttl = properties
    .map('TimeToLiveSpecification')
    ?.check({ used: ['AttributeName', 'Enabled'] });
  const ttlAttribute = ttl?.boolean('Enabled') === true ? ttl.text('AttributeName') : undefined;
  const streamViewType = streamViewTypeOf(properties, isGlobal);
  if (keySchema === undefined) return undefined;
  return (resources) => {
    const streamArn = resources.attribute(entry, 'StreamArn');
    return {
      attributeDefinitions: definitions,
      keySchema,
      globalSecondaryIndexes,
      localSecondaryIndexes,
      ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
      ...(streamViewType === undefined ? {} : { streamViewType }),
      ...(streamViewType === undefined || streamArn === undefined ? {} : { streamArn }),
    };
  };
}

function streamViewTypeOf(properties: Reader, isGlobal: boolean): Table['streamViewType'] {
  const stream = properties.map('StreamSpecification')?.check(streamSpecification);
  if (stream === undefined) return isGlobal ? 'NEW_AND_OLD_IMAGES' : undefined;
  const types = ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'] as const;
  if (!stream.has('StreamViewType'))
    stream.requiredText('StreamViewType', `one of ${types.join(', ')}`);
  return stream.oneOf('StreamViewType', types);
}

function attributeDefinitionsOf(properties: Reader): AttributeDefinition[] {
  return (properties.maps('AttributeDefinitions') ?? []).flatMap((definition) => {
    definition.check({ used: ['AttributeName', 'AttributeType'] });
    const name = definition.requiredText('AttributeName', 'the name of an attribute');
    const type = definition.oneOf('AttributeType', ['S', 'N', 'B']);
    if (!definition.has('AttributeType')) definition.requiredText('AttributeType', 'S, N or B');
    return name === undefined || type === undefined ? [] : [{ name, type }];
  });
}

/** Reads a `KeySchema`, and records that its attributes are used. */
function keySchemaOf(
  owner: Reader,
  definitions: readonly AttributeDefinition[],
  used: Set<string>,
): KeySchema | undefined {
  if (!owner.has('KeySchema')) {
    owner.diagnostics.error(owner.path, 'KeySchema is missing');
    return undefined;
  }
  const keys: Partial<Record<'HASH' | 'RANGE', string>> = {};
  for (const element of owner.maps('KeySchema') ?? []) {
    element.check({ used: ['AttributeName', 'KeyType'] });
    const name = element.requiredText('AttributeName', 'the name of an attribute');
    const type = element.oneOf('KeyType', ['HASH', 'RANGE']);
    if (name === undefined || type === undefined) continue;
    keys[type] ??= name;
    used.add(name);
    const names = definitions.map((definition) => definition.name);
    if (!names.includes(name)) {
      const hint = didYouMean(name, names);
      element.diagnostics.error(
        element.at('AttributeName'),
        `\`${name}\` is not among the AttributeDefinitions${hint}`,
      );
    }
  }
  if (keys.HASH === undefined) {
    owner.expected('KeySchema', 'a list with one key of type HASH');
    return undefined;
  }
  return { partitionKey: keys.HASH, ...(keys.RANGE === undefined ? {} : { sortKey: keys.RANGE }) };
}

function indexesOf(
  name: string,
  properties: Reader,
  definitions: readonly AttributeDefinition[],
  used: Set<string>,
): SecondaryIndex[] {
  return (properties.maps(name) ?? []).flatMap((index) => {
    index.check(secondaryIndex);
    const indexName = index.requiredText('IndexName', 'the name of the index');
    const keySchema = keySchemaOf(index, definitions, used);
    const projection = index
      .map('Projection')
      ?.check({ used: ['NonKeyAttributes', 'ProjectionType'] });
    const projectionType = projection?.oneOf('ProjectionType', ['ALL', 'KEYS_ONLY', 'INCLUDE']);
    if (!index.has('Projection')) index.diagnostics.error(index.path, 'Projection is missing');
    if (indexName === undefined || keySchema === undefined) return [];
    return [
      {
        indexName,
        keySchema,
        projectionType: projectionType ?? 'ALL',
        nonKeyAttributes: projection?.texts('NonKeyAttributes') ?? [],
      },
    ];
  });
}
