import {
  comparableSequence,
  type BatchError,
  type BatchOutcome,
  type RowChange,
} from './record.ts';

/** How many posts are worked on at once. */
const MAX_POSTS_AT_ONCE = 8;

/** Work that stopped before its end. */
export class StoppedAtError extends Error {
  override readonly name = 'StoppedAtError';
  readonly sequenceNumber: string;

  /** @param sequenceNumber the sequence number of the first record that is not done */
  constructor(sequenceNumber: string, cause: unknown) {
    super(`stopped at record ${sequenceNumber}`, { cause });
    this.sequenceNumber = sequenceNumber;
  }
}

/**
 * Works on a batch of records post by post: one post's in their order, several posts at once. When
 * the work on one post fails, the work on the others continues.
 *
 * @param work throws StoppedAtError to say where it stopped; after any other error, none of its
 * records counts as done
 */
export async function byPost<
  T extends { readonly postId: string; readonly correlationId?: string },
>(
  changes: readonly RowChange<T>[],
  work: (postId: string, changes: readonly RowChange<T>[]) => Promise<void>,
): Promise<BatchOutcome> {
  const posts = [...Map.groupBy(changes, postIdOf)];
  const failures: (BatchError & { readonly sequenceNumber: string })[] = [];
  const worker = async (): Promise<void> => {
    for (let next = posts.shift(); next !== undefined; next = posts.shift()) {
      const [postId, ofPost] = next;
      try {
        await work(postId, ofPost);
      } catch (error) {
        const stopped = error instanceof StoppedAtError;
        const sequenceNumber = stopped ? error.sequenceNumber : (ofPost[0]?.sequenceNumber ?? '');
        const change = ofPost.find((one) => one.sequenceNumber === sequenceNumber);
        const correlationId = (change?.after ?? change?.before)?.correlationId;
        failures.push({
          sequenceNumber,
          error: stopped ? error.cause : error,
          ...(correlationId !== undefined && { correlationId }),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: MAX_POSTS_AT_ONCE }, worker));

  const errors = failures.map(({ sequenceNumber: _, ...error }) => error);
  const [first] = failures
    .map(({ sequenceNumber }) => sequenceNumber)
    .sort((a, b) => (comparableSequence(a) < comparableSequence(b) ? -1 : 1));
  return first === undefined ? { errors } : { failedSequenceNumber: first, errors };
}

function postIdOf({ before, after }: RowChange<{ readonly postId: string }>): string {
  return (after ?? before)?.postId ?? '';
}
