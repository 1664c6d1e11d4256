import type { KeySchema, SecondaryIndex, Table } from '../template/index.ts';
import { LOCAL_VIEW_TYPE } from './stream-record.ts';

/** What a table needs to exist: a `Table` of the model, or what a test writes down. */
export type TableDefinition = Pick<Table, 'tableName' | 'attributeDefinitions' | 'keySchema'> &
  Partial<
    Pick<
      Table,
      | 'logicalId'
      | 'globalSecondaryIndexes'
      | 'localSecondaryIndexes'
      | 'ttlAttribute'
      | 'streamViewType'
    >
  >;

/** What `DescribeTable` says of a table. */
export interface TableDescription {
  readonly TableArn: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[];
  readonly LocalSecondaryIndexes?: readonly IndexDescription[];
  readonly StreamSpecification?: {
    readonly StreamEnabled?: boolean;
    readonly StreamViewType?: string;
  };
  readonly LatestStreamArn?: string;
}

export interface IndexDescription {
  readonly IndexName: string;
  readonly IndexStatus?: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection?: {
    readonly ProjectionType?: string;
    readonly NonKeyAttributes?: readonly string[];
  };
}

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** What `CreateTable` is called with for a table. */
export function createTableInput(table: TableDefinition): object {
  const globalIndexes = (table.globalSecondaryIndexes ?? []).map(indexInput);
  const localIndexes = (table.localSecondaryIndexes ?? []).map(indexInput);
  return {
    TableName: table.tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributeDefinitions(table),
    KeySchema: keySchemaInput(table.keySchema),
    ...(globalIndexes.length > 0 ? { GlobalSecondaryIndexes: globalIndexes } : {}),
    ...(localIndexes.length > 0 ? { LocalSecondaryIndexes: localIndexes } : {}),
    ...(table.streamViewType === undefined ? {} : { StreamSpecification: streamInput() }),
  };
}

export function attributeDefinitions(table: TableDefinition): object[] {
  return table.attributeDefinitions.map(({ name, type }) => ({
    AttributeName: name,
    AttributeType: type,
  }));
}

export function keySchemaInput({ partitionKey, sortKey }: KeySchema): KeyElement[] {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
  ];
}

export function indexInput(index: SecondaryIndex): IndexDescription {
  return {
    IndexName: index.indexName,
    KeySchema: keySchemaInput(index.keySchema),
    Projection: {
      ProjectionType: index.projectionType,
      ...(index.projectionType === 'INCLUDE' ? { NonKeyAttributes: index.nonKeyAttributes } : {}),
    },
  };
}

/** A stream of the view type that every stream has here: see `LOCAL_VIEW_TYPE`. */
export function streamInput(): object {
  return { StreamEnabled: true, StreamViewType: LOCAL_VIEW_TYPE };
}

/** Comparable texts, in a fixed order: equal where the indexes are the same. */
export function indexFingerprints(indexes: readonly IndexDescription[]): string[] {
  return indexes.map(indexFingerprint).sort();
}

/** Equal for two indexes that are defined the same. */
export function indexFingerprint(index: IndexDescription): string {
  return JSON.stringify([
    index.IndexName,
    index.KeySchema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
    index.Projection?.ProjectionType ?? 'ALL',
    [...(index.Projection?.NonKeyAttributes ?? [])].sort(),
  ]);
}
