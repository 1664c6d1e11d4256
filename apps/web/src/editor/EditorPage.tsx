'use client';

import type { TaggedPost } from '@blogapp/api-client';
import { useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { describeFailure, isNotFound, readingClient } from '../api/index.ts';
import { useConfig } from '../config/index.ts';
import { drafts, type Draft } from '../drafts/index.ts';
import { useOnline } from '../realtime/index.ts';
import { useSession, type User } from '../session/index.ts';
import { signInLink } from '../sign-in/index.ts';
import { Button, ButtonLink, Message, Skeleton } from '../ui/index.ts';
import { Editor } from './Editor.tsx';
import styles from './Editor.module.css';

/** The page for writing or changing a post: `/write/` and `/write/?id=…`. */
export function EditorPage() {
  const postId = useSearchParams().get('id') ?? undefined;
  const { status, user, problem } = useSession();
  // The user who was signed in when this page was opened can continue to write when the session
  // ends.
  const [author, setAuthor] = useState<User>();
  if (user !== undefined && user.uid !== author?.uid) setAuthor(user);

  if (author === undefined) {
    if (status === 'loading') return <Waiting />;
    const page = postId === undefined ? '/write/' : `/write/?id=${encodeURIComponent(postId)}`;
    return (
      <Headed>
        <Message
          title={problem === undefined ? 'Sign in to write' : problem.message}
          action={
            <ButtonLink look="primary" href={signInLink(page)}>
              Sign in
            </ButtonLink>
          }
        >
          {problem === undefined
            ? 'Everybody can read. Sign in to write under your name.'
            : 'Your draft is kept in this browser.'}
        </Message>
      </Headed>
    );
  }
  const key = `${author.uid} ${postId ?? ''}`;
  return postId === undefined ? (
    <NewPost key={key} author={author} />
  ) : (
    <ChangedPost key={key} author={author} postId={postId} />
  );
}

function NewPost({ author }: { readonly author: User }) {
  const [draft] = useState(() => drafts.read({ userId: author.uid, postId: undefined }));
  return <Editor author={author} postId={undefined} draft={draft} current={undefined} />;
}

function ChangedPost({ author, postId }: { readonly author: User; readonly postId: string }) {
  const config = useConfig();
  const online = useOnline();
  const [draft] = useState<Draft | undefined>(() => drafts.read({ userId: author.uid, postId }));
  const [current, setCurrent] = useState<TaggedPost>();
  const [error, setError] = useState<unknown>();

  const read = useCallback(async (): Promise<void> => {
    if (config === undefined) return;
    try {
      const read = await readingClient(config).posts.get(postId);
      setCurrent((before) => before ?? read);
      setError(undefined);
    } catch (reason) {
      setError(reason);
    }
  }, [config, postId]);
  useEffect(() => {
    // It sets state only after the response.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    void read();
  }, [read, online]);

  if (current !== undefined && current.post.authorId !== author.uid) {
    return <Message title="This post is somebody else's">Only its author can change it.</Message>;
  }
  // A draft can be edited even if the post can not be read.
  if (current !== undefined || (error !== undefined && draft !== undefined)) {
    return <Editor author={author} postId={postId} draft={draft} current={current} />;
  }
  if (error === undefined) return <Waiting />;
  return (
    <Headed>
      <Message
        tone="bad"
        title={isNotFound(error) ? 'There is no such post' : 'The post can not be loaded'}
        action={
          <Button
            onClick={() => {
              setError(undefined);
              void read();
            }}
          >
            Try again
          </Button>
        }
      >
        {describeFailure(error, online)}
      </Message>
    </Headed>
  );
}

function Waiting() {
  return (
    <Headed>
      <div className={styles.editor} role="status" aria-label="Loading the editor">
        <Skeleton of="title" width="half" />
        <Skeleton width="whole" />
        <Skeleton width="most" />
      </div>
    </Headed>
  );
}

/** The content that is shown instead of the editor, below the page's heading. */
function Headed({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.page}>
      <h1 className={styles.heading}>Write</h1>
      {children}
    </div>
  );
}
