import type { Broadcaster } from '@blogapp/broadcast';
import { applyCommentChanges } from '@blogapp/data-access';
import type { CommentChangesOptions } from '@blogapp/data-access';
import { batchArrived } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { batchResponse, publisherOf } from '../stream-batch.ts';

export interface CommentStreamDependencies {
  readonly tables: Omit<CommentChangesOptions, 'publish'>;
  readonly broadcaster: Pick<Broadcaster, 'publish'>;
}

/**
 * Makes the handler of the Comments stream. It counts comments in their posts, and publishes them
 * to the posts' channels.
 */
export function createCommentStream({ tables, broadcaster }: CommentStreamDependencies) {
  return async (
    event: DynamoDBStreamEvent,
    invocation: Invocation,
  ): Promise<DynamoDBBatchResponse> => {
    batchArrived(invocation.metrics, 'comments', event.Records);
    const publish = publisherOf(broadcaster, invocation);
    const outcome = await applyCommentChanges({ ...tables, publish }, event.Records);
    return batchResponse(outcome, invocation);
  };
}
