import type { Broadcaster } from '@blogapp/broadcast';
import { applyPostChanges } from '@blogapp/data-access';
import type { PostChangesOptions } from '@blogapp/data-access';
import { batchArrived } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { batchResponse, publisherOf } from '../stream-batch.ts';

export interface PostStreamDependencies {
  readonly tables: Omit<PostChangesOptions, 'publish' | 'remainingMs'>;
  readonly broadcaster: Pick<Broadcaster, 'publish'>;
}

/** The time that a clean-up leaves for the response of the invocation (ms). */
const CLEAN_UP_MARGIN_MS = 2_000;

/**
 * Makes the handler of the Posts stream. It publishes edits, favorites and deletions to posts'
 * channels, and removes the comments and favorites of a deleted post. A clean-up that needs more
 * time reports its record as failed, and continues when the record is delivered again.
 */
export function createPostStream({ tables, broadcaster }: PostStreamDependencies) {
  return async (
    event: DynamoDBStreamEvent,
    invocation: Invocation,
  ): Promise<DynamoDBBatchResponse> => {
    batchArrived(invocation.metrics, 'posts', event.Records);
    const publish = publisherOf(broadcaster, invocation);
    const remainingMs = (): number => invocation.remainingMs() - CLEAN_UP_MARGIN_MS;
    const outcome = await applyPostChanges({ ...tables, publish, remainingMs }, event.Records);
    return batchResponse(outcome, invocation);
  };
}
