import type { KeySchema } from '../template/index.ts';
import { createJsonClient, AwsServiceError, type JsonClient } from './json-client.ts';
import {
  attributeDefinitions,
  createTableInput,
  indexFingerprint,
  indexFingerprints,
  indexInput,
  keySchemaInput,
  streamInput,
  type KeyElement,
  type TableDefinition,
  type TableDescription,
} from './table-definition.ts';
import { LOCAL_VIEW_TYPE, type StreamViewType } from './stream-record.ts';
import { UserError } from '../sam-offline-error.ts';

export type { TableDefinition } from './table-definition.ts';

/** A table in the local DynamoDB. Its ARNs are not those of the template. */
export interface ExistingTable {
  readonly tableName: string;
  readonly arn: string;
  readonly keySchema: KeySchema;
  /** Absent if the table has no stream. */
  readonly streamArn?: string;
  /** The view type in the table's definition. The local stream always has both images. */
  readonly streamViewType?: StreamViewType;
}

/** A table of an earlier run cannot be changed to its new definition. */
export class TableChangedError extends UserError {
  override readonly name = 'TableChangedError';

  constructor(tableName: string, what: string) {
    super(
      `Table ${tableName}: ${what}. DynamoDB cannot change that on a table that exists (on AWS, ` +
        'CloudFormation replaces the table and its items are lost). Start with --clean for empty tables.',
    );
  }
}

/**
 * Creates one table and waits until it is active. It is for tests; the tables of a stack are
 * created by `ensureTables`.
 */
export async function createTable(
  endpoint: string,
  table: TableDefinition,
): Promise<ExistingTable> {
  const [created] = await ensureTables(endpoint, [table]);
  if (created === undefined) throw new Error(`Table ${table.tableName} was not created`);
  return created;
}

/**
 * Changes the tables to their definitions. It creates missing tables, adds, removes and replaces
 * global indexes, and sets streams and TTL. Items are kept.
 *
 * @throws TableChangedError if a key schema or a local index differs from the existing table's
 */
export async function ensureTables(
  endpoint: string,
  tables: readonly TableDefinition[],
): Promise<ExistingTable[]> {
  const client = createJsonClient(endpoint);
  try {
    return await Promise.all(tables.map((table) => ensureTable(client, table)));
  } finally {
    await client.close();
  }
}

async function ensureTable(client: JsonClient, table: TableDefinition): Promise<ExistingTable> {
  const existing = await describeTable(client, table.tableName);
  if (existing === undefined) {
    await call(client, 'CreateTable', createTableInput(table));
  } else {
    assertSameKeys(existing, table);
    await updateGlobalIndexes(client, existing, table);
    await updateStream(client, existing, table);
  }
  const description = await untilActive(client, table.tableName);
  await updateTimeToLive(client, table);
  return {
    tableName: table.tableName,
    arn: description.TableArn,
    keySchema: table.keySchema,
    ...(table.streamViewType !== undefined && description.LatestStreamArn !== undefined
      ? { streamArn: description.LatestStreamArn, streamViewType: table.streamViewType }
      : {}),
  };
}

function call(
  client: JsonClient,
  operation: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  return client.call(`DynamoDB_20120810.${operation}`, input);
}

async function describeTable(
  client: JsonClient,
  tableName: string,
): Promise<TableDescription | undefined> {
  try {
    const response = await call(client, 'DescribeTable', { TableName: tableName });
    return response.Table as TableDescription;
  } catch (error) {
    if (error instanceof AwsServiceError && error.code === 'ResourceNotFoundException')
      return undefined;
    throw error;
  }
}

async function untilActive(client: JsonClient, tableName: string): Promise<TableDescription> {
  for (;;) {
    const description = await describeTable(client, tableName);
    if (
      description?.TableStatus === 'ACTIVE' &&
      (description.GlobalSecondaryIndexes ?? []).every(
        (index) => (index.IndexStatus ?? 'ACTIVE') === 'ACTIVE',
      )
    ) {
      return description;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function assertSameKeys(existing: TableDescription, table: TableDefinition): void {
  const types = new Map(
    existing.AttributeDefinitions.map((a) => [a.AttributeName, a.AttributeType]),
  );
  const describe = (key: KeySchema): string =>
    keySchemaInput(key)
      .map(({ AttributeName: name, KeyType: role }) => {
        const defined = table.attributeDefinitions.find((attribute) => attribute.name === name);
        return `${name} (${role} ${defined?.type ?? 'S'})`;
      })
      .join(', ');
  const describeExisting = (elements: readonly KeyElement[]): string =>
    elements
      .map(
        ({ AttributeName: name, KeyType: role }) => `${name} (${role} ${types.get(name) ?? 'S'})`,
      )
      .join(', ');

  const before = describeExisting(existing.KeySchema);
  const after = describe(table.keySchema);
  if (before !== after) {
    throw new TableChangedError(table.tableName, `its key was ${before} and is now ${after}`);
  }
  const localBefore = indexFingerprints(existing.LocalSecondaryIndexes ?? []);
  const localAfter = indexFingerprints((table.localSecondaryIndexes ?? []).map(indexInput));
  if (localBefore.join() !== localAfter.join()) {
    throw new TableChangedError(table.tableName, 'its local secondary indexes changed');
  }
}

async function updateGlobalIndexes(
  client: JsonClient,
  existing: TableDescription,
  table: TableDefinition,
): Promise<void> {
  const wanted = new Map(
    (table.globalSecondaryIndexes ?? []).map((index) => [index.indexName, indexInput(index)]),
  );
  const kept = new Set<string>();
  // DynamoDB accepts one index change in a call.
  for (const index of existing.GlobalSecondaryIndexes ?? []) {
    const definition = wanted.get(index.IndexName);
    if (definition !== undefined && indexFingerprint(definition) === indexFingerprint(index)) {
      kept.add(index.IndexName);
      continue;
    }
    await updateIndex(client, table, { Delete: { IndexName: index.IndexName } });
  }
  for (const [name, definition] of wanted) {
    if (!kept.has(name)) await updateIndex(client, table, { Create: definition });
  }
}

async function updateIndex(
  client: JsonClient,
  table: TableDefinition,
  update: object,
): Promise<void> {
  await call(client, 'UpdateTable', {
    TableName: table.tableName,
    AttributeDefinitions: attributeDefinitions(table),
    GlobalSecondaryIndexUpdates: [update],
  });
  await untilActive(client, table.tableName);
}

async function updateStream(
  client: JsonClient,
  existing: TableDescription,
  table: TableDefinition,
): Promise<void> {
  const before = existing.StreamSpecification?.StreamEnabled === true;
  const viewType = before ? existing.StreamSpecification.StreamViewType : undefined;
  if (viewType === (table.streamViewType && LOCAL_VIEW_TYPE)) return;
  const update = (specification: object): Promise<unknown> =>
    call(client, 'UpdateTable', { TableName: table.tableName, StreamSpecification: specification });
  // The view type of a stream cannot be changed, so the stream is disabled and a new one is made.
  if (before) await update({ StreamEnabled: false });
  if (table.streamViewType !== undefined) await update(streamInput());
}

async function updateTimeToLive(client: JsonClient, table: TableDefinition): Promise<void> {
  const response = await call(client, 'DescribeTimeToLive', { TableName: table.tableName });
  const description = response.TimeToLiveDescription as
    { readonly TimeToLiveStatus?: string; readonly AttributeName?: string } | undefined;
  const before =
    description?.TimeToLiveStatus === 'ENABLED' ? description.AttributeName : undefined;
  if (before === table.ttlAttribute) return;
  const update = (attributeName: string, enabled: boolean): Promise<unknown> =>
    call(client, 'UpdateTimeToLive', {
      TableName: table.tableName,
      TimeToLiveSpecification: { AttributeName: attributeName, Enabled: enabled },
    });
  if (before !== undefined) await update(before, false);
  if (table.ttlAttribute !== undefined) await update(table.ttlAttribute, true);
}
