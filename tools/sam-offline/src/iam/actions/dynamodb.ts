import type { ContextValue } from '../request.ts';
import { listOf, recordOf, textOf, type NeededPermission, type ServiceCall } from './call.ts';
import { attributesOf, leadingKeysOf } from './dynamodb-attributes.ts';
import { statementKeys } from './part-iql-keys.ts';
import { parseStatement } from './part-iql.ts';

/** Knows the keys of the stack's tables, for `dynamodb:LeadingKeys`. */
export interface TableKeys {
  /** Gives the name of the partition key; undefined if there is no such table or index. */
  partitionKeyOf(tableName: string, indexName?: string): string | undefined;
}

/** The action for each member of `TransactItems`. All but the first have the member's name. */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
};

const PARTIQL_ACTIONS = {
  select: 'PartiQLSelect',
  insert: 'PartiQLInsert',
  update: 'PartiQLUpdate',
  delete: 'PartiQLDelete',
} as const;

/**
 * Gives the permissions that a call to DynamoDB or its streams needs
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html). A
 * transaction needs the permission of each item in it. A batch needs its own action for each table.
 * A query of an index needs the action on the index.
 */
export function dynamodbPermissions(call: ServiceCall, keys: TableKeys): NeededPermission[] {
  const { operation, input } = call;
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return batchPermissions(call, keys);
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return listOf(input.TransactItems).flatMap((item) =>
        Object.entries(recordOf(item)).map(([member, value]) =>
          itemPermission(
            call,
            TRANSACTION_ACTIONS[member] ?? member,
            recordOf(value),
            keys,
            operation,
          ),
        ),
      );
    case 'ExecuteStatement':
      return [partIqlPermission(call, input, keys)];
    case 'BatchExecuteStatement':
      return listOf(input.Statements).map((statement) =>
        partIqlPermission(call, recordOf(statement), keys),
      );
    case 'ExecuteTransaction':
      return listOf(input.TransactStatements).map((statement) =>
        partIqlPermission(call, recordOf(statement), keys),
      );
    case 'ListTables':
    case 'DescribeLimits':
    case 'DescribeEndpoints':
      return [{ action: `dynamodb:${operation}`, resource: '*' }];
    case 'ListStreams':
      return [
        {
          action: 'dynamodb:ListStreams',
          resource: `${tableArn(call, textOf(input.TableName) ?? '*')}/stream/*`,
        },
      ];
    default: {
      const arn =
        textOf(input.StreamArn) ??
        textOf(input.ResourceArn) ??
        streamOf(textOf(input.ShardIterator));
      if (arn !== undefined) return [{ action: `dynamodb:${operation}`, resource: arn }];
      return [itemPermission(call, operation, input, keys)];
    }
  }
}

/** @param table the table's name or its ARN */
function tableArn({ region, accountId }: ServiceCall, table: string): string {
  return table.startsWith('arn:')
    ? table
    : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
}

function itemPermission(
  call: ServiceCall,
  action: string,
  input: Readonly<Record<string, unknown>>,
  keys: TableKeys,
  enclosing?: string,
): NeededPermission {
  const tableName = textOf(input.TableName) ?? '*';
  const indexName = textOf(input.IndexName);
  const index = indexName === undefined ? '' : `/index/${indexName}`;
  return {
    action: `dynamodb:${action}`,
    resource: `${tableArn(call, tableName)}${index}`,
    context: () => {
      const name = tableName.slice(tableName.lastIndexOf('/') + 1);
      const context = contextOf(input, keys.partitionKeyOf(name, indexName), action);
      return enclosing === undefined
        ? context
        : { ...context, 'dynamodb:EnclosingOperation': enclosing };
    },
  };
}

/** Makes the condition keys of DynamoDB that a request has values for. */
function contextOf(
  input: Readonly<Record<string, unknown>>,
  partitionKey: string | undefined,
  action: string,
): Record<string, ContextValue> {
  const leadingKeys = partitionKey === undefined ? [] : leadingKeysOf(input, partitionKey);
  const context: Record<string, ContextValue> = {
    'dynamodb:Attributes': attributesOf(input),
    ...(leadingKeys.length > 0 && { 'dynamodb:LeadingKeys': leadingKeys }),
    ...(action === 'Scan' && { 'dynamodb:FullTableScan': 'true' }),
  };
  for (const key of ['Select', 'ReturnValues', 'ReturnConsumedCapacity']) {
    const value = textOf(input[key]);
    if (value !== undefined) context[`dynamodb:${key}`] = value;
  }
  return context;
}

function batchPermissions(call: ServiceCall, keys: TableKeys): NeededPermission[] {
  return Object.entries(recordOf(call.input.RequestItems)).map(([table, requests]) => ({
    action: `dynamodb:${call.operation}`,
    resource: tableArn(call, table),
    context: () => {
      const partitionKey = keys.partitionKeyOf(table.slice(table.lastIndexOf('/') + 1));
      const items =
        call.operation === 'BatchGetItem'
          ? listOf(recordOf(requests).Keys).map((Key) => ({ ...recordOf(requests), Key }))
          : listOf(requests).map((request) => {
              const { PutRequest: put, DeleteRequest: remove } = recordOf(request);
              return recordOf(put ?? remove);
            });
      const leading = items.flatMap((item) =>
        partitionKey === undefined ? [] : leadingKeysOf(item, partitionKey),
      );
      return {
        'dynamodb:Attributes': [...new Set(items.flatMap((item) => attributesOf(item)))],
        ...(leading.length > 0 && { 'dynamodb:LeadingKeys': [...new Set(leading)] }),
      };
    },
  }));
}

function partIqlPermission(
  call: ServiceCall,
  input: Readonly<Record<string, unknown>>,
  keys: TableKeys,
): NeededPermission {
  const statement = textOf(input.Statement) ?? '';
  const parsed = parseStatement(statement);
  // DynamoDB itself rejects what cannot be parsed. Here such a statement needs access to every
  // table.
  if (parsed === undefined) return { action: 'dynamodb:PartiQLSelect', resource: '*' };
  const index = parsed.index === undefined ? '' : `/index/${parsed.index}`;
  return {
    action: `dynamodb:${PARTIQL_ACTIONS[parsed.verb]}`,
    resource: `${tableArn(call, parsed.table)}${index}`,
    context: () => {
      const tableName = parsed.table.slice(parsed.table.lastIndexOf('/') + 1);
      const partitionKey = keys.partitionKeyOf(tableName, parsed.index);
      const parameters = listOf(input.Parameters);
      const { attributes, leadingKeys } = statementKeys(statement, parameters, partitionKey);
      return {
        'dynamodb:Attributes': attributes,
        ...(leadingKeys.length > 0 && { 'dynamodb:LeadingKeys': leadingKeys }),
        // The key of a table outside of the stack is unknown, so this key has no value then.
        ...(parsed.verb === 'select' &&
          partitionKey !== undefined && {
            'dynamodb:FullTableScan': String(leadingKeys.length === 0),
          }),
      };
    },
  };
}

/** Finds the stream's ARN in a shard iterator, which contains it here as on AWS. */
function streamOf(iterator: string | undefined): string | undefined {
  return iterator === undefined ? undefined : /arn:aws:dynamodb:[^|]+/.exec(iterator)?.[0];
}
