import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ContentionError } from '@blogapp/retries';
import type { RateLimiter, RateLimitVerdict } from '../contract.ts';

/** The table that keeps rate limits and idempotency keys for a while. */
export interface RequestControlsTable {
  readonly client: DynamoDBDocumentClient;
  readonly requestControlsTable: string;
}

export interface RateLimiterOptions extends RequestControlsTable {
  /** How many tokens a full bucket has. */
  readonly capacity: number;
  /** How many tokens are added a second. */
  readonly refillPerSecond: number;
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
}

/**
 * Attempts to take a token. Another one is needed only when the bucket fills up and is used again
 * between two writes, which is rare.
 */
const MAX_ATTEMPTS = 5;
/** How long a row stays after its bucket is full again (s). */
const MARGIN_SECONDS = 60;

/**
 * A token bucket for each subject, stored as one number: the time at which the bucket is full
 * again. (The generic cell rate algorithm, ITU-T I.371 annex A: taking a token delays that time by
 * the time that one token needs to come back.) So a token is taken by one conditional write and no
 * read:
 *
 * | bucket               | requests                         |
 * | -------------------- | -------------------------------- |
 * | full                 | UpdateItem                       |
 * | in use               | UpdateItem refused, UpdateItem   |
 * | empty: not allowed   | UpdateItem refused               |
 *
 * @example
 *   const limiter = createRateLimiter({ client, requestControlsTable, capacity: 20, refillPerSecond: 1 });
 *   const verdict = await limiter.take(`write:${userId}`);
 */
export function createRateLimiter({
  client,
  requestControlsTable,
  capacity,
  refillPerSecond,
  now = Date.now,
}: RateLimiterOptions): RateLimiter {
  const intervalMs = 1000 / refillPerSecond;
  const toleranceMs = (capacity - 1) * intervalMs;

  /**
   * Returns undefined when the token was taken, or else the time in the row that made the condition
   * fail.
   */
  async function update(
    subject: string,
    nowMs: number,
    { fullAt, condition, values }: Form,
  ): Promise<number | undefined> {
    try {
      await client.send(
        new UpdateCommand({
          TableName: requestControlsTable,
          Key: { id: `rate#${subject}` },
          UpdateExpression: `SET fullAtMs = ${fullAt}, expiresAt = :expiresAt`,
          ConditionExpression: condition,
          ExpressionAttributeValues: {
            ...values,
            ':now': nowMs,
            ':expiresAt': Math.ceil((nowMs + capacity * intervalMs) / 1000) + MARGIN_SECONDS,
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return Number(error.Item?.fullAtMs?.N ?? 0);
    }
  }

  return {
    async take(subject: string): Promise<RateLimitVerdict> {
      let form = fromFull;
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const nowMs = now();
        const seen = await update(subject, nowMs, form(nowMs));
        if (seen === undefined) return { allowed: true };
        const waitMs = seen - toleranceMs - nowMs;
        if (waitMs > 0) return { allowed: false, retryAfterMs: Math.ceil(waitMs) };
        form = seen > nowMs ? fromUsed : fromFull;
      }
      throw new ContentionError(
        new Error(`the bucket of ${subject} changed ${MAX_ATTEMPTS} times`),
      );
    },
  };

  function fromFull(nowMs: number): Form {
    return {
      fullAt: ':next',
      condition: 'attribute_not_exists(id) OR fullAtMs <= :now',
      values: { ':next': nowMs + intervalMs },
    };
  }

  function fromUsed(nowMs: number): Form {
    return {
      fullAt: 'fullAtMs + :interval',
      condition: 'fullAtMs > :now AND fullAtMs <= :limit',
      values: { ':interval': intervalMs, ':limit': nowMs + toleranceMs },
    };
  }
}

/** The write that takes a token, from a bucket that is full or in use. */
interface Form {
  readonly fullAt: string;
  readonly condition: string;
  readonly values: Readonly<Record<string, number>>;
}
