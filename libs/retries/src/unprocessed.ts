import { backOff, type BackoffBounds } from './backoff.ts';

const MAX_ATTEMPTS = 12;
/** Throttling lasts longer than contention: twelve attempts wait for 6.3 s at most. */
const BOUNDS: BackoffBounds = { baseMs: 20, maxMs: 1_000 };

/** DynamoDB left some items of a batch unprocessed after every attempt: the table is throttled. */
export class UnprocessedError extends Error {
  override readonly name = 'UnprocessedError';
  /** How many items were still unprocessed. */
  readonly items: number;

  constructor(tableName: string, items: number) {
    super(
      `${items} items of ${tableName} are unprocessed after ${MAX_ATTEMPTS} attempts: the table is throttled`,
    );
    this.items = items;
  }
}

/**
 * Sends a batch, and then again the items that DynamoDB did not process (`UnprocessedItems`,
 * `UnprocessedKeys`).
 *
 * @param send sends the items and returns the unprocessed ones
 * @throws UnprocessedError when some are still unprocessed after the last attempt
 * @throws what `send` throws
 */
export async function sendUntilProcessed<Item>(
  tableName: string,
  items: readonly Item[],
  send: (items: Item[]) => Promise<readonly Item[] | undefined>,
): Promise<void> {
  let rest = items;
  for (let attempt = 1; rest.length > 0; attempt += 1) {
    rest = (await send([...rest])) ?? [];
    if (rest.length === 0) return;
    if (attempt === MAX_ATTEMPTS) throw new UnprocessedError(tableName, rest.length);
    await backOff(attempt, BOUNDS);
  }
}
