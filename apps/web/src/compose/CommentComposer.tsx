'use client';

import { drafts, useDraftKeeper } from '../drafts/index.ts';
import { useSession } from '../session/index.ts';
import { signInLink } from '../sign-in/index.ts';
import { StorageNotice } from '../storage/index.ts';
import { ButtonLink, Message } from '../ui/index.ts';
import { addWrite } from '../writes/index.ts';
import { CommentForm } from './CommentForm.tsx';
import styles from './Compose.module.css';

interface Props {
  readonly postId: string;
  /** Returns the greatest change id in the list of comments. */
  readonly latestChange: () => string | undefined;
}

/** The form for a comment, or a link to sign in. */
export function CommentComposer({ postId, latestChange }: Props) {
  const { status, user, problem } = useSession();
  if (status === 'loading') return <div className={styles.waiting} />;
  if (user === undefined) {
    return (
      <Message
        title={problem === undefined ? 'Sign in to write a comment' : problem.message}
        action={
          <ButtonLink look="primary" href={signInLink(`/post/?id=${encodeURIComponent(postId)}`)}>
            Sign in
          </ButtonLink>
        }
      >
        {problem === undefined
          ? 'Everybody can read. Sign in to write under your name.'
          : 'What you have written is kept.'}
      </Message>
    );
  }
  // Another user has another draft.
  return <Composer key={user.uid} userId={user.uid} postId={postId} latestChange={latestChange} />;
}

function Composer({ userId, postId, latestChange }: Props & { readonly userId: string }) {
  const key = `comment-${postId}`;
  const { keep, remove } = useDraftKeeper(userId, key);
  return (
    <div className={styles.composer}>
      <StorageNotice />
      <CommentForm
        label="Your comment"
        action="Send"
        initial={drafts.read({ userId, postId: key })?.body ?? ''}
        onText={(body) => {
          if (body === '') remove();
          else keep({ title: '', body, savedAt: Date.now() });
        }}
        onSubmit={(body) => {
          addWrite({
            kind: 'comment.create',
            postId,
            body,
            after: latestChange() ?? postId,
          });
          remove();
        }}
      />
    </div>
  );
}
