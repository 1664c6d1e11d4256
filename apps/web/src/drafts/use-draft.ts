'use client';

import { useCallback, useEffect, useMemo, useRef } from 'react';
import { localStore } from '../storage/index.ts';
import { Autosave } from './autosave.ts';
import { DraftStore, type Draft } from './draft-store.ts';

/** The drafts of this browser. */
export const drafts = new DraftStore(localStore);

export interface DraftKeeper {
  /** Saves a draft, a moment later. */
  readonly keep: (draft: Draft) => void;
  /** Removes the draft, because it is published or its author discards it. */
  readonly remove: () => void;
}

/** Saves a draft while its author types, at the latest when the page is hidden or left. */
export function useDraftKeeper(userId: string, postId: string | undefined): DraftKeeper {
  const autosave = useRef<Autosave<Draft>>(undefined);
  useEffect(() => {
    const made = new Autosave<Draft>({
      save: (draft) => {
        drafts.save({ userId, postId }, draft);
      },
    });
    autosave.current = made;
    const flush = (): void => {
      made.flush();
    };
    // A phone may end a hidden page without a further event.
    document.addEventListener('visibilitychange', flush);
    window.addEventListener('pagehide', flush);
    return () => {
      flush();
      document.removeEventListener('visibilitychange', flush);
      window.removeEventListener('pagehide', flush);
    };
  }, [userId, postId]);

  const keep = useCallback((draft: Draft) => autosave.current?.set(draft), []);
  const remove = useCallback(() => {
    autosave.current?.cancel();
    drafts.remove({ userId, postId });
  }, [userId, postId]);
  return useMemo(() => ({ keep, remove }), [keep, remove]);
}
