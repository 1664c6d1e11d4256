import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { LevelSeries } from '../record/index.ts';
import { sdkConfig, type Target } from '../target/index.ts';

/** Rows that have not become fewer for so long will stay. */
const STEADY_MS = 5_000;
/** 10,000 connections that closed at once take a busy machine over a minute of `$disconnect`s. */
const MOST_MS = 300_000;
const LOOK_EVERY_MS = 500;

/** While a run goes on, rows are counted so often: a count reads the whole table. */
const COUNT_EVERY_MS = 60_000;

/** Counts the rows of the stack's connections table. */
export interface RowCounter {
  /** Rows now. */
  count(): Promise<number>;
  /**
   * Waits until there are no more rows than before the run, or until they stop becoming fewer
   * (5 s), for 5 minutes at most.
   *
   * @returns how many more there are than before
   */
  countLeft(before: number): Promise<number>;
  /** Counts them once a minute from now on. @returns what ends that, and gives what was counted */
  countOn(): () => LevelSeries;
  close(): void;
}

/** A counter for the target's table; undefined when the target says of none. */
export function rowCounter(target: Target): RowCounter | undefined {
  const TableName = target.outputs.WebSocketConnectionsTableName;
  if (TableName === undefined) return undefined;
  const client = new DynamoDBClient(sdkConfig(target));
  const count = async (): Promise<number> => {
    let rows = 0;
    const query = { TableName, Select: 'COUNT', ConsistentRead: true } as const;
    for await (const { Count = 0 } of paginateScan({ client }, query)) rows += Count;
    return rows;
  };
  return {
    count,
    countOn: () => {
      const samples: { at: number; value: number }[] = [];
      const timer = setInterval(() => {
        const at = Date.now();
        // One that fails is missing, and no reason to end a run.
        count().then(
          (value) => samples.push({ at, value }),
          () => undefined,
        );
      }, COUNT_EVERY_MS);
      return () => {
        clearInterval(timer);
        return { name: 'rows of connections', unit: '', samples };
      };
    },
    countLeft: async (before) => untilSteady(count, before),
    close: () => {
      client.destroy();
    },
  };
}

/** See `RowCounter.countLeft`. */
export async function untilSteady(
  count: () => Promise<number>,
  before: number,
  { steadyMs = STEADY_MS, mostMs = MOST_MS, everyMs = LOOK_EVERY_MS } = {},
): Promise<number> {
  const start = performance.now();
  let least = await count();
  let changedAt = performance.now();
  while (least > before) {
    const now = performance.now();
    if (now - changedAt > steadyMs || now - start > mostMs) break;
    await delay(everyMs);
    const rows = await count();
    if (rows < least) {
      least = rows;
      changedAt = performance.now();
    }
  }
  return Math.max(0, least - before);
}
