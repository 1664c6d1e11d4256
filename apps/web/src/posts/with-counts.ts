import type { PostSummary } from '@blogapp/shared-types/rest';

type Counts = Pick<PostSummary, 'commentCount' | 'favoriteCount' | 'countsVersion'>;

/**
 * A post with newer counts. Two streams publish counts, without an order between them, so the
 * greatest `countsVersion` decides.
 *
 * @returns the same object when its counts are as new
 */
export function withCounts<T extends Counts>(post: T, counts: Counts): T {
  const { commentCount, favoriteCount, countsVersion } = counts;
  if (countsVersion <= post.countsVersion) return post;
  return { ...post, commentCount, favoriteCount, countsVersion };
}
