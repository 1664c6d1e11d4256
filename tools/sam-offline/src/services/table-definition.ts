import type { KeySchema, SecondaryIndex, Table } from '../template/index.ts';
import { LOCAL_VIEW_TYPE } from './stream-record.ts';

/** The definition of a table: a `Table` of the template, or one that a test writes. */
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

/** The description of a table in the response of `DescribeTable`. */
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

/** Makes the input of `CreateTable`. */
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

/** Makes the member `AttributeDefinitions` of an input. */
export function attributeDefinitions(table: TableDefinition): object[] {
  return table.attributeDefinitions.map(({ name, type }) => ({
    AttributeName: name,
    AttributeType: type,
  }));
}

/** Makes the member `KeySchema` of an input. */
export function keySchemaInput({ partitionKey, sortKey }: KeySchema): KeyElement[] {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
  ];
}

/** Makes the description of an index for an input. */
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

/** Makes the member `StreamSpecification` with the local view type, see `LOCAL_VIEW_TYPE`. */
export function streamInput(): object {
  return { StreamEnabled: true, StreamViewType: LOCAL_VIEW_TYPE };
}

/**
 * Makes the fingerprints of indexes in a fixed order. They are equal if the indexes are the same.
 */
export function indexFingerprints(indexes: readonly IndexDescription[]): string[] {
  return indexes.map(indexFingerprint).sort();
}

/**
 * Makes the fingerprint of an index. Two indexes with the same definition have the same
 * fingerprint.
 */
export function indexFingerprint(index: IndexDescription): string {
  return JSON.stringify([
    index.IndexName,
    index.KeySchema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
    index.Projection?.ProjectionType ?? 'ALL',
    [...(index.Projection?.NonKeyAttributes ?? [])].sort(),
  ]);
}
