import type { Context } from './context.mts';

/** Makes the path of the next page from a cursor. `more` says whether there is one. */
export async function toNextPage({ vars }: Context): Promise<void> {
  const { cursor } = vars;
  vars.pageQuery =
    typeof cursor === 'string' && cursor !== '' ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return Promise.resolve();
}
