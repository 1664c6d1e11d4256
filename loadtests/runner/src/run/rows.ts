import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { LevelSeries } from '../record/index.ts';
import { sdkConfig, type Target } from '../target/index.ts';

/** How long, in ms, the number of rows has to stay the same before it counts as final. */
const STEADY_MS = 5_000;
/**
 * How long, in ms, to wait at most. If 10,000 connections close at once, a busy machine takes over
 * a minute for their `$disconnect`s.
 */
const MOST_MS = 300_000;
const LOOK_EVERY_MS = 500;

/** How often, in ms, rows are counted during a run. A count reads the whole table. */
const COUNT_EVERY_MS = 60_000;

/** Counts the rows of the stack's connections table. */
export interface RowCounter {
  /** The present number of rows. */
  count(): Promise<number>;
  /**
   * Waits until there are no more rows than before the run, or until their number has not changed
   * for 5 s. It waits for 5 minutes at most.
   *
   * @returns how many more rows there are than before
   */
  countLeft(before: number): Promise<number>;
  /**
   * Counts the rows once a minute from now on.
   *
   * @returns a function that stops this and returns the counts
   */
  countOn(): () => LevelSeries;
  close(): void;
}

/**
 * Makes a counter for the target's table.
 *
 * @returns undefined if the target does not name its table
 */
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
        // A count that fails is left out. It must not end a run.
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
