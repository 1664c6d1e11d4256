import type { Context } from './context.mts';

/** Makes the next page's path of a cursor; `more` is whether there is one. */
export async function toNextPage({ vars }: Context): Promise<void> {
  const { cursor } = vars;
  vars.pageQuery =
    typeof cursor === 'string' && cursor !== '' ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return Promise.resolve();
}
