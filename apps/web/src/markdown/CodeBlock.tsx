'use client';

import { useEffect, useState } from 'react';
import type { Piece } from './highlight.ts';
import { languageNamed } from './languages.ts';
import styles from './Markdown.module.css';

/** Longer code (characters) is not coloured, because it would take too long. */
const MAX_COLOURED = 20_000;

interface Props {
  readonly text: string;
  readonly language: string;
}

/** A block of code. It is shown at once, and coloured when the highlighter is loaded. */
export function CodeBlock({ text, language }: Props) {
  const [coloured, setColoured] = useState<{ of: string; pieces: readonly Piece[] }>();
  useEffect(() => {
    if (language === '' || text.length > MAX_COLOURED) return undefined;
    const abort = new AbortController();
    void (async () => {
      try {
        const { highlight } = await import('./highlight.ts');
        const pieces = await highlight(text, languageNamed(language));
        if (!abort.signal.aborted && pieces !== undefined) setColoured({ of: text, pieces });
      } catch {
        // The highlighter can not be loaded without a network: then the code stays without colours.
      }
    })();
    return () => {
      abort.abort();
    };
  }, [text, language]);
  const label = language === '' ? 'Code' : `Code, ${language}`;
  return (
    // It scrolls, so it must be reachable with the keyboard.
    <pre className={styles.pre} tabIndex={0} role="group" aria-label={label} dir="ltr">
      <code>{coloured?.of === text ? <Pieces of={coloured.pieces} /> : text}</code>
    </pre>
  );
}

function Pieces({ of }: { readonly of: readonly Piece[] }) {
  return of.map(({ className, content }, index) => {
    const inner = typeof content === 'string' ? content : <Pieces of={content} />;
    return className === undefined ? (
      inner
    ) : (
      <span key={index} className={className}>
        {inner}
      </span>
    );
  });
}
