import type { Post } from '@blogapp/shared-types/rest';
import { withCounts } from '../posts/index.ts';

export interface ShownVersion {
  /** The version that the reader began with, or chose. */
  readonly held: Post;
  /** The version to show: the held one, with the latest counts. */
  readonly shown: Post;
  /** Whether there is a newer version. */
  readonly isChanged: boolean;
}

/**
 * Decides which version of a post is shown. It does not change while somebody reads it, unless the
 * reader is the author.
 *
 * @param held the version that is shown already; undefined when there is none
 * @param latest the version that was read last
 * @param isOwn whether the reader is the author
 */
export function shownVersion(held: Post | undefined, latest: Post, isOwn: boolean): ShownVersion {
  if (held === undefined || isOwn || held.version >= latest.version) {
    return { held: latest, shown: latest, isChanged: false };
  }
  return { held, shown: withCounts(held, latest), isChanged: true };
}
