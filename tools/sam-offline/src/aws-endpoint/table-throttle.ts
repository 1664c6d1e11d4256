import { newRequestId } from '../ids/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { dynamoDbUse, tablesOfItems } from './dynamodb-use.ts';

/**
 * The maximum number of request units of each table in a second. Without a number there is no
 * limit.
 */
export interface TableLimits {
  readonly tableReads?: number;
  readonly tableWrites?: number;
}

/**
 * The default quotas of an on-demand table, in request units a second:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
export const AWS_TABLE_LIMITS = { tableReads: 40_000, tableWrites: 40_000 } as const;

/** DynamoDB's message for an on-demand table. */
const MESSAGE =
  'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.';

const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);
const NOTHING: AwsResponse = { statusCode: 200, headers: {}, body: '' };

/**
 * The units that a table has left. They are subtracted after a call, so the number may be negative.
 */
class Capacity {
  readonly #unitsPerSecond: number;
  #units: number;
  #filledAt = performance.now();

  constructor(unitsPerSecond: number) {
    this.#unitsPerSecond = unitsPerSecond;
    this.#units = unitsPerSecond;
  }

  get isUsedUp(): boolean {
    const now = performance.now();
    const refill = ((now - this.#filledAt) * this.#unitsPerSecond) / 1000;
    this.#units = Math.min(this.#unitsPerSecond, this.#units + refill);
    this.#filledAt = now;
    return this.#units <= 0;
  }

  take(units: number): void {
    this.#units -= units;
  }
}

/**
 * Throttles tables as DynamoDB does: a call fails if a table that it names has no units left. A
 * transaction is cancelled, with `ThrottlingError` for the items of such a table. A batch fails as
 * a whole, whereas DynamoDB would execute a part of it.
 *
 * The units are estimated by `dynamoDbUse`.
 */
export class TableThrottle {
  readonly #limits: TableLimits;
  readonly #capacities = new Map<string, Capacity>();

  constructor(limits: TableLimits) {
    this.#limits = limits;
  }

  /**
   * Checks a call.
   * @returns the error response if a table has no units left; otherwise undefined
   */
  refuse(call: AwsCall): AwsResponse | undefined {
    const isRead = READS.has(call.operation);
    const { resources = [] } = dynamoDbUse(call, NOTHING);
    const throttled = new Set(
      resources.flatMap(({ name }) => (this.#of(name, isRead)?.isUsedUp === true ? [name] : [])),
    );
    if (throttled.size === 0) return undefined;
    if (!call.operation.startsWith('Transact')) return error('ThrottlingException', MESSAGE);
    return cancelled(
      tablesOfItems(call).map((name) => (throttled.has(name) ? 'ThrottlingError' : 'None')),
    );
  }

  /** Subtracts the units that a call used, after its response. */
  count(call: AwsCall, response: AwsResponse): void {
    for (const { name, readUnits, writeUnits } of dynamoDbUse(call, response).resources ?? []) {
      if (readUnits !== undefined) this.#of(name, true)?.take(readUnits);
      if (writeUnits !== undefined) this.#of(name, false)?.take(writeUnits);
    }
  }

  #of(tableName: string, isRead: boolean): Capacity | undefined {
    const limit = isRead ? this.#limits.tableReads : this.#limits.tableWrites;
    if (limit === undefined) return undefined;
    const key = `${isRead ? 'read' : 'write'} ${tableName}`;
    let capacity = this.#capacities.get(key);
    if (capacity === undefined) this.#capacities.set(key, (capacity = new Capacity(limit)));
    return capacity;
  }
}

function cancelled(codes: readonly string[]): AwsResponse {
  return error(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    {
      CancellationReasons: codes.map((code) =>
        code === 'None' ? { Code: code } : { Code: code, Message: MESSAGE },
      ),
    },
  );
}

function error(code: string, message: string, more: object = {}): AwsResponse {
  return {
    statusCode: 400,
    headers: { 'Content-Type': 'application/x-amz-json-1.0', 'x-amzn-RequestId': newRequestId() },
    body: JSON.stringify({
      __type: `com.amazonaws.dynamodb.v20120810#${code}`,
      message,
      ...more,
    }),
  };
}
