import { VersionConflictError } from '@blogapp/data-access';
import type { PostsRepository, PostSummary } from '@blogapp/data-access';
import type { IfMatch } from '../http/index.ts';

/**
 * A post's entity tag: its version, then the version of its counts. The response has the counts, so
 * the tag must change with them: a 304 never hides a new comment. `If-Match` compares the version
 * alone, so that a new comment never prevents an edit.
 */
export function postEtag(post: Pick<PostSummary, 'version' | 'countsVersion'>): string {
  return `${post.version}-${post.countsVersion}`;
}

/**
 * The version that `If-Match` names, which the repository compares with the post's.
 *
 * @throws NotFoundError
 * @throws VersionConflictError when none of its tags can be a version of a post
 */
export async function expectedVersion(
  posts: Pick<PostsRepository, 'getSummary'>,
  postId: string,
  ifMatch: IfMatch,
): Promise<number> {
  const versions = ifMatch.kind === 'any' ? [] : ifMatch.tags.flatMap(versionOf);
  const [only] = versions;
  if (only !== undefined && versions.length === 1) return only;
  const { version } = await posts.getSummary(postId);
  if (ifMatch.kind === 'any' || versions.includes(version)) return version;
  throw new VersionConflictError(postId, only ?? 0, version);
}

function versionOf(tag: string): number[] {
  const version = /^([1-9]\d{0,14})-\d+$/.exec(tag)?.[1];
  return version === undefined ? [] : [Number(version)];
}
