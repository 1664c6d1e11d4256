import * as z from 'zod/mini';
import type { LocalStore } from '../storage/index.ts';

const versionSchema = z.object({ title: z.string(), body: z.string() });

/** The text of a post that its author has not published yet. */
const draftSchema = z.object({
  title: z.string(),
  body: z.string(),
  /** When it was last changed (ms since 1970). */
  savedAt: z.number(),
  /** The post to change, as it was when the author began; absent for a new post. */
  base: z.optional(z.object({ ...versionSchema.shape, etag: z.string(), version: z.number() })),
});

export type Draft = z.output<typeof draftSchema>;
/** A post as it was when its author began to change it. */
export type DraftBase = NonNullable<Draft['base']>;

/** Identifies a draft by its author and its post; without `postId` it is for a new post. */
export interface DraftOf {
  readonly userId: string;
  readonly postId: string | undefined;
}

/** Drafts, one for each author and post, so that people who share a browser keep theirs. */
export class DraftStore {
  readonly #store: LocalStore;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  read(of: DraftOf): Draft | undefined {
    return this.#store.read(keyOf(of), draftSchema);
  }

  save(of: DraftOf, draft: Draft): void {
    this.#store.write(keyOf(of), draft);
  }

  remove(of: DraftOf): void {
    this.#store.remove(keyOf(of));
  }
}

/** The key of a draft. It is JSON, because an id in an address can be any text. */
function keyOf({ userId, postId }: DraftOf): string {
  return `draft.${JSON.stringify([userId, postId])}`;
}
