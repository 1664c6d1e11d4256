import { ConditionalCheckFailedException, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createHash, randomUUID } from 'node:crypto';
import type {
  IdempotencyClaim,
  IdempotencyOutcome,
  IdempotencyStore,
  IdempotentRequest,
  StoredResponse,
} from '../contract.ts';
import { IdempotencyMismatchError, RequestInProgressError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { RequestControlsTable } from './rate-limiter.ts';

export interface IdempotencyOptions extends RequestControlsTable {
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
}

/** How long a response is stored (ms). */
export const IDEMPOTENCY_LIFE_MS = 24 * 60 * 60 * 1000;

/**
 * How long a claim holds (ms). The API's function is stopped after 29 s, so the function of an
 * older claim is dead.
 */
export const CLAIM_LIFE_MS = 30_000;

/**
 * Stores the responses to requests that carry an `Idempotency-Key`.
 *
 * A row is claimed (with a token and a time until which the claim holds). Then it is completed with
 * the response, or it is claimed again with a new token after the claim has expired. At all times
 * it has the request's hash and the id of the resource that the request creates.
 */
export function createIdempotencyStore({
  client,
  requestControlsTable: TableName,
  now = Date.now,
}: IdempotencyOptions): IdempotencyStore {
  /** @returns undefined when the claim was made, else the row that prevented it */
  async function claimNew(
    claim: IdempotencyClaim,
    nowMs: number,
  ): Promise<Readonly<Record<string, AttributeValue>> | undefined> {
    try {
      await client.send(
        new PutCommand({
          TableName,
          Item: {
            id: rowId(claim),
            requestHash: claim.requestHash,
            resourceId: claim.resourceId,
            claimToken: claim.token,
            claimedUntilMs: nowMs + CLAIM_LIFE_MS,
            expiresAt: Math.ceil((nowMs + IDEMPOTENCY_LIFE_MS) / 1000),
          },
          // DynamoDB removes expired rows up to a few days late.
          ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':now': Math.floor(nowMs / 1000) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item ?? {};
    }
  }

  /** Replaces an expired claim; false when another request was faster. */
  async function claimAgain(
    claim: IdempotencyClaim,
    expiredToken: string,
    nowMs: number,
  ): Promise<boolean> {
    return changeClaimed(claim, expiredToken, 'SET claimToken = :new, claimedUntilMs = :until', {
      ':new': claim.token,
      ':until': nowMs + CLAIM_LIFE_MS,
    });
  }

  /**
   * Changes a row that is claimed with this token and has no response yet; returns false for other
   * rows.
   */
  async function changeClaimed(
    request: IdempotentRequest,
    token: string,
    update: string,
    values: Record<string, unknown>,
  ): Promise<boolean> {
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { id: rowId(request) },
          UpdateExpression: update,
          ConditionExpression: 'claimToken = :token AND attribute_not_exists(storedResponse)',
          ExpressionAttributeValues: { ...values, ':token': token },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    async begin(request: IdempotentRequest): Promise<IdempotencyOutcome> {
      const token = randomUUID();
      for (;;) {
        const nowMs = now();
        const { userId, key, requestHash } = request;
        const claim = { userId, key, requestHash, token, resourceId: newId(nowMs) };
        const row = await claimNew(claim, nowMs);
        if (row === undefined) return { kind: 'claimed', claim };

        // The SDK repeated the write, because the response to its first try was lost.
        const resourceId = row.resourceId?.S ?? claim.resourceId;
        if (row.claimToken?.S === token)
          return { kind: 'claimed', claim: { ...claim, resourceId } };
        if (row.requestHash?.S !== requestHash) throw new IdempotencyMismatchError(key);
        const stored = row.storedResponse?.S;
        if (stored !== undefined) {
          return { kind: 'completed', response: JSON.parse(stored) as StoredResponse };
        }
        const leftMs = Number(row.claimedUntilMs?.N) - nowMs;
        if (leftMs > 0) throw new RequestInProgressError(key, leftMs);
        const again = { ...claim, resourceId };
        if (await claimAgain(again, row.claimToken?.S ?? '', nowMs)) {
          return { kind: 'claimed', claim: again };
        }
      }
    },

    async complete(claim: IdempotencyClaim, response: StoredResponse): Promise<void> {
      await changeClaimed(claim, claim.token, 'SET storedResponse = :response', {
        ':response': JSON.stringify(response),
      });
    },

    async release(claim: IdempotencyClaim): Promise<void> {
      // The hash and the resource's id stay: the request may have created it before it failed.
      await changeClaimed(claim, claim.token, 'SET claimedUntilMs = :past', { ':past': 0 });
    },
  };
}

/**
 * The key of a request's row. It is a hash, because both parts are texts of any length from the
 * client, and a row's key has at most 2,048 bytes.
 */
function rowId({ userId, key }: IdempotentRequest): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([userId, key]))
    .digest('base64url');
  return `idempotency#${digest}`;
}
