'use client';

import { startTransition, useEffect, useMemo, useState } from 'react';
import { Blocks } from './Blocks.tsx';
import { parseMarkdown } from './parse.ts';
import { readMarkdown, SHORT_TEXT } from './read-markdown.ts';
import type { Block } from './tree.ts';
import styles from './Markdown.module.css';

/** How many blocks of a long text are added at a time, so that the page can be used in between. */
const STEP_BLOCKS = 40;

interface Props {
  /** The Markdown, which any user may have written: it is not trusted. */
  readonly text: string;
}

/** Renders a Markdown text. Nothing in it can run, or affect the page. */
export function MarkdownView({ text }: Props) {
  const isShort = text.length <= SHORT_TEXT;
  const short = useMemo(() => (isShort ? parseMarkdown(text) : undefined), [text, isShort]);
  const [long, setLong] = useState<readonly Block[]>();

  useEffect(() => {
    if (isShort) return undefined;
    const abort = new AbortController();
    void readMarkdown(text, { signal: abort.signal }).then((blocks) => {
      if (blocks !== undefined) setLong(blocks);
    });
    return () => {
      abort.abort();
    };
  }, [text, isShort]);

  const [count, setCount] = useState(STEP_BLOCKS);
  const isMore = long !== undefined && count < long.length;
  useEffect(() => {
    if (!isMore) return;
    startTransition(() => {
      setCount(count + STEP_BLOCKS);
    });
  }, [isMore, count]);

  // While a longer text is parsed, the previous one stays visible (in the editor's preview).
  const blocks = short ?? long?.slice(0, count);
  if (blocks === undefined) return <div className={styles.waiting} aria-busy="true" />;
  return (
    <div className={styles.markdown}>
      <Blocks blocks={blocks} />
    </div>
  );
}
