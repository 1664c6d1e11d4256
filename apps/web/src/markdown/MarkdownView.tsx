'use client';

import { startTransition, useEffect, useMemo, useState } from 'react';
import { Blocks } from './Blocks.tsx';
import { parseMarkdown } from './parse.ts';
import { readMarkdown, SHORT_TEXT } from './read-markdown.ts';
import type { Block } from './tree.ts';
import styles from './Markdown.module.css';

/** Blocks that are shown at once; the others follow piece by piece, while the page can be used. */
const FIRST_BLOCKS = 30;

interface Props {
  /** Markdown of anybody: it is not trusted. */
  readonly text: string;
}

/** A Markdown text. Nothing in it can run, or reach anything of the page. */
export function MarkdownView({ text }: Props) {
  const isShort = text.length <= SHORT_TEXT;
  const short = useMemo(() => (isShort ? parseMarkdown(text) : undefined), [text, isShort]);
  const [long, setLong] = useState<readonly Block[]>();

  useEffect(() => {
    if (isShort) return undefined;
    const abort = new AbortController();
    void readMarkdown(text, { signal: abort.signal }).then((blocks) => {
      if (blocks === undefined) return;
      setLong((before) => before ?? blocks.slice(0, FIRST_BLOCKS));
      // React renders this in slices, and lets the page respond in between.
      startTransition(() => {
        setLong(blocks);
      });
    });
    return () => {
      abort.abort();
    };
  }, [text, isShort]);

  // While a longer text is read, the one before it stays (in the editor's preview).
  const blocks = short ?? long;
  if (blocks === undefined) return <div className={styles.waiting} aria-busy="true" />;
  return (
    <div className={styles.markdown}>
      <Blocks blocks={blocks} />
    </div>
  );
}
