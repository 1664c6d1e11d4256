'use client';

import type { TaggedPost } from '@blogapp/api-client';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useDeferredValue, useEffect, useRef, useState } from 'react';
import { readingClient } from '../api/index.ts';
import { useConfig } from '../config/index.ts';
import type { Version } from '../conflict/index.ts';
import { useDraftKeeper, type Draft, type DraftBase } from '../drafts/index.ts';
import { postData, postLink } from '../posts/index.ts';
import { useSession, type User } from '../session/index.ts';
import { signInLink } from '../sign-in/index.ts';
import { StorageNotice } from '../storage/index.ts';
import { Button, ButtonLink, loadPart, Message, TextArea, TextField } from '../ui/index.ts';
import {
  addWrite,
  discardWrite,
  postBodyFault,
  titleFault,
  useWriteResults,
  useWrites,
  WriteState,
} from '../writes/index.ts';
import { baseOf, editorStart, writeOf } from './start.ts';
import styles from './Editor.module.css';

const MarkdownView = lazy(async () => ({
  default: (await loadPart(() => import('../markdown/index.ts'))).MarkdownView,
}));
const ConflictView = lazy(async () => ({
  default: (await loadPart(() => import('../conflict/index.ts'))).ConflictView,
}));

interface Props {
  readonly author: User;
  /** The post to change; undefined for a new post. */
  readonly postId: string | undefined;
  readonly draft: Draft | undefined;
  /** The current post; undefined for a new one, and when it can not be read. */
  readonly current: TaggedPost | undefined;
}

/**
 * The form for title and text of a post. It saves them as a draft while they are written, and
 * publishes them with one button.
 */
export function Editor({ author, postId, draft, current }: Props) {
  const router = useRouter();
  const config = useConfig();
  const session = useSession();
  const { keep, remove } = useDraftKeeper(author.uid, postId);
  const [start] = useState(() => editorStart(draft, current));
  const [{ title, body }, setText] = useState<Version>(start);
  const [base, setBase] = useState<DraftBase | undefined>(start.base);
  const [conflict, setConflict] = useState<DraftBase | undefined>(start.conflict);
  const [isDraft, setIsDraft] = useState(start.from === 'draft');
  const [faults, setFaults] = useState<Partial<Record<keyof Version, string | undefined>>>({});
  const [isPreview, setIsPreview] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const write = writeOf(useWrites(), author.uid, postId);
  const isPending = write !== undefined && write.refusal === undefined;
  const refused = write?.refusal;

  const change = (text: Version, newBase = base): void => {
    setText(text);
    setFaults({});
    setIsDraft(true);
    keep({ ...text, savedAt: Date.now(), ...(newBase && { base: newBase }) });
    // The author changes a text that was refused.
    if (write?.refusal) discardWrite(write.id);
  };

  const publish = (): void => {
    if (isPending) return;
    const found = { title: titleFault(title), body: postBodyFault(body) };
    setFaults(found);
    const wrong = found.title !== undefined ? 'title' : found.body !== undefined ? 'body' : '';
    if (wrong !== '') {
      form.current?.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus();
      return;
    }
    if (write?.refusal) discardWrite(write.id);
    if (postId === undefined) addWrite({ kind: 'post.create', title, body });
    else if (base) addWrite({ kind: 'post.update', postId, title, body, etag: base.etag });
  };

  useWriteResults(({ id }, { post, etag }) => {
    if (id !== write?.id || post === undefined || etag === undefined) return;
    if (config) postData(config, post.postId).post.set({ post, etag });
    router.push(postLink(post.postId));
  });

  // The post was changed meanwhile: the published version is compared with the one in the editor.
  const isConflict = refused?.isConflict === true;
  const [readFailed, setReadFailed] = useState(false);
  const refusedId = isConflict ? write?.id : undefined;
  useEffect(() => {
    if (refusedId === undefined || config === undefined || postId === undefined) return undefined;
    const abort = new AbortController();
    void (async () => {
      try {
        const published = baseOf(await readingClient(config).posts.get(postId));
        if (abort.signal.aborted) return;
        setConflict(published);
        discardWrite(refusedId);
      } catch {
        if (!abort.signal.aborted) setReadFailed(true);
      }
    })();
    return () => {
      abort.abort();
    };
  }, [refusedId, config, postId]);

  if (conflict !== undefined) {
    return (
      <Suspense>
        <ConflictView
          mine={{ title, body }}
          theirs={conflict}
          base={base}
          onMerged={(merged) => {
            setBase(conflict);
            setConflict(undefined);
            change(merged, conflict);
          }}
        />
      </Suspense>
    );
  }

  const isChanged = title !== (base?.title ?? '') || body !== (base?.body ?? '');
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.heading}>
          {postId === undefined ? 'Write a post' : 'Change a post'}
        </h1>
        <Button
          small
          aria-pressed={isPreview}
          onClick={() => {
            setIsPreview(!isPreview);
          }}
        >
          Preview
        </Button>
      </header>
      {session.status === 'signed-out' && (
        <Message
          tone="bad"
          title={session.problem?.message ?? 'You are signed out'}
          action={
            <ButtonLink
              look="primary"
              href={signInLink(
                postId === undefined ? '/write/' : `/write/?id=${encodeURIComponent(postId)}`,
              )}
            >
              Sign in again
            </ButtonLink>
          }
        >
          Your text is kept in this browser, and is here when you are back.
        </Message>
      )}
      <StorageNotice />
      <form
        ref={form}
        className={styles.editor}
        data-preview={isPreview}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          publish();
        }}
      >
        <div className={styles.fields}>
          <TextField
            label="Title"
            name="title"
            dir="auto"
            autoComplete="off"
            value={title}
            fault={faults.title}
            readOnly={isPending}
            onChange={({ currentTarget: { value } }) => {
              change({ title: value, body });
            }}
          />
          <TextArea
            label="Text"
            name="body"
            hint="Markdown: # heading, **bold**, [link](https://…), ``` for code."
            dir="auto"
            rows={18}
            className={styles.text}
            value={body}
            fault={faults.body}
            readOnly={isPending}
            onChange={({ currentTarget: { value } }) => {
              change({ title, body: value });
            }}
          />
        </div>
        {isPreview && <Preview title={title} body={body} />}
        <div className={styles.actions}>
          <Button
            type="submit"
            look="primary"
            aria-disabled={isPending || session.status !== 'signed-in'}
          >
            {postId === undefined ? 'Publish' : 'Save'}
          </Button>
          {isDraft && isChanged && !isPending && (
            <>
              <Button
                onClick={() => {
                  remove();
                  setText({ title: base?.title ?? '', body: base?.body ?? '' });
                  setIsDraft(false);
                  if (write?.refusal) discardWrite(write.id);
                }}
              >
                Discard the draft
              </Button>
              <span className={styles.hint}>Kept as a draft in this browser.</span>
            </>
          )}
        </div>
        {write && !(isConflict && !readFailed) && (
          <WriteState write={write} doing={postId === undefined ? 'Publishing' : 'Saving'} />
        )}
      </form>
    </div>
  );
}

function Preview({ title, body }: Version) {
  // Typing has priority; the preview follows when there is time.
  const text = useDeferredValue(body);
  return (
    <section className={styles.preview} aria-label="Preview">
      <h2 dir="auto">{title === '' ? 'No title yet' : title}</h2>
      <Suspense>
        <MarkdownView text={text} />
      </Suspense>
    </section>
  );
}
