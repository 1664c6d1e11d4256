/** The outcome of a batch, which the function's response gives. */
export type BatchOutcome =
  | { readonly type: 'success' }
  /** The identifiers of the failed items. */
  | { readonly type: 'partial'; readonly failed: ReadonlySet<string> }
  /** The response is malformed, so all items count as failed. */
  | { readonly type: 'malformed'; readonly reason: string };

/**
 * Reads `{"batchItemFailures":[{"itemIdentifier":"…"}]}`. All items succeeded if the list or the
 * response is empty or null. All items failed if the response is not JSON, or if an identifier is
 * empty, missing or not in the batch.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function readBatchItemFailures(
  payload: Buffer,
  identifiers: ReadonlySet<string>,
): BatchOutcome {
  const text = payload.toString('utf8').trim();
  if (text === '') return { type: 'success' };
  let response: unknown;
  try {
    response = JSON.parse(text);
  } catch {
    return { type: 'malformed', reason: 'the response is not JSON' };
  }
  if (response === null || typeof response === 'string') return { type: 'success' };
  const list = (response as { readonly batchItemFailures?: unknown }).batchItemFailures;
  if (list === undefined || list === null) return { type: 'success' };
  if (!Array.isArray(list)) return { type: 'malformed', reason: 'batchItemFailures is not a list' };

  const failed = new Set<string>();
  for (const item of list as readonly unknown[]) {
    const identifier = (item as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof identifier !== 'string' || identifier === '') {
      return { type: 'malformed', reason: 'an itemIdentifier is missing or empty' };
    }
    if (!identifiers.has(identifier)) {
      return { type: 'malformed', reason: `itemIdentifier ${identifier} is not in the batch` };
    }
    failed.add(identifier);
  }
  return failed.size === 0 ? { type: 'success' } : { type: 'partial', failed };
}
