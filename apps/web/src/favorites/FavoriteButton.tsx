'use client';

import { useEffect, useState } from 'react';
import { useSession } from '../session/index.ts';
import { signInLink } from '../sign-in/index.ts';
import { Button, ButtonLink, counted, Message } from '../ui/index.ts';
import {
  addWrite,
  apiOfSession,
  discardWrite,
  pendingFavorite,
  useWriteResults,
  useWrites,
} from '../writes/index.ts';
import { shownFavorite, type Settled } from './shown-favorite.ts';
import styles from './Favorite.module.css';

interface Props {
  readonly postId: string;
  /** How many users have marked the post, and the version of these counts. */
  readonly favoriteCount: number;
  readonly countsVersion: number;
}

/**
 * Marks a post as a favorite, and unmarks it. It shows the result before the API has confirmed it.
 */
export function FavoriteButton({ postId, favoriteCount, countsVersion }: Props) {
  const { user } = useSession();
  const userId = user?.uid;
  const writes = useWrites();
  const [known, setKnown] = useState<{ readonly of: string; readonly isFavorite: boolean }>();
  const [settled, setSettled] = useState<Settled>();
  const write = pendingFavorite(writes, { userId, postId });

  useEffect(() => {
    if (userId === undefined) return undefined;
    const abort = new AbortController();
    void (async () => {
      try {
        const isFavorite = await (await apiOfSession()).favorites.has(postId);
        if (!abort.signal.aborted) setKnown((before) => before ?? { of: userId, isFavorite });
      } catch {
        // It is not known, so it counts as not marked; marking it still works.
      }
    })();
    return () => {
      abort.abort();
    };
  }, [userId, postId]);

  const isKnown = known?.of === userId && known?.isFavorite === true;
  useWriteResults(({ operation }) => {
    if (operation.kind !== 'favorite' || operation.postId !== postId || !userId) return;
    setKnown({ of: userId, isFavorite: operation.isFavorite });
    if (operation.isFavorite !== isKnown) {
      setSettled({ change: operation.isFavorite ? 1 : -1, countsVersion });
    }
  });

  const { isFavorite, count } = shownFavorite({
    ...{ isKnown, favoriteCount, countsVersion, settled },
    pending: write?.refusal === undefined ? write?.operation : undefined,
  });
  const words = counted(count, 'favorite', 'favorites');
  if (userId === undefined) {
    return (
      <ButtonLink
        round
        href={signInLink(`/post/?id=${encodeURIComponent(postId)}`)}
        aria-label={`${words}. Sign in to add yours`}
      >
        <Heart isFull={false} /> {words}
      </ButtonLink>
    );
  }
  return (
    <div className={styles.place}>
      <Button
        round
        aria-pressed={isFavorite}
        aria-label={`Favorite, ${words}`}
        onClick={() => {
          addWrite({ kind: 'favorite', postId, isFavorite: !isFavorite });
        }}
      >
        <Heart isFull={isFavorite} /> {words}
      </Button>
      {write?.refusal && (
        <Message
          tone="bad"
          title="Your favorite could not be kept"
          action={
            <Button
              small
              onClick={() => {
                discardWrite(write.id);
              }}
            >
              Close
            </Button>
          }
        >
          {write.refusal.reason}
        </Message>
      )}
    </div>
  );
}

function Heart({ isFull }: { readonly isFull: boolean }) {
  return (
    <svg
      className={isFull ? styles.full : styles.empty}
      viewBox="0 0 24 24"
      width="20"
      height="20"
      aria-hidden="true"
    >
      <path d="M12 20.5 4.2 12.9a5 5 0 0 1 7-7.1l.8.8.8-.8a5 5 0 0 1 7 7.1z" />
    </svg>
  );
}
