import type { Post } from '@blogapp/shared-types/rest';
import { withCounts } from '../posts/index.ts';

export interface ShownVersion {
  /** The version that the reader began with, or asked for. */
  readonly held: Post;
  /** What is shown: that version, with the latest counts. */
  readonly shown: Post;
  /** Whether there is a newer one. */
  readonly isChanged: boolean;
}

/**
 * What is shown of a post. It does not change under its reader's eyes; what one changed oneself does.
 *
 * @param held the version that is shown already; undefined when there is none
 * @param latest what was read last
 * @param isOwn whether the reader is the author
 */
export function shownVersion(held: Post | undefined, latest: Post, isOwn: boolean): ShownVersion {
  if (held === undefined || isOwn || held.version >= latest.version) {
    return { held: latest, shown: latest, isChanged: false };
  }
  return { held, shown: withCounts(held, latest), isChanged: true };
}
