/** A page of any list of the API. */
interface AnyPage<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string | undefined;
}

/**
 * Gives every item of a list. It requests one page after the other.
 *
 * @example
 *   for await (const post of eachItem((cursor) => api.posts.list({ limit: 100, ...cursor }))) …
 */
export async function* eachItem<T>(
  readPage: (page: { readonly cursor?: string }) => Promise<AnyPage<T>>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor === undefined ? {} : { cursor });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
