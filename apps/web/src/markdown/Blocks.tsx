'use client';

import { createElement, memo } from 'react';
import { imageAddress, linkAddress } from './addresses.ts';
import { decodeCharacters } from './characters.ts';
import { CodeBlock } from './CodeBlock.tsx';
import type { Block, Cell, Inline, ListItem } from './tree.ts';
import styles from './Markdown.module.css';

/** Renders blocks as React elements. Texts stay texts, and nothing is read as HTML. */
export const Blocks = memo(function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return blocks.map((block, index) => <BlockView key={index} block={block} />);
});

const BlockView = memo(function BlockView({ block }: { readonly block: Block }) {
  switch (block.type) {
    case 'paragraph':
      return (
        <p dir="auto">
          <Inlines of={block.inline} />
        </p>
      );
    case 'line':
      return <Inlines of={block.inline} />;
    case 'heading':
      return createElement(`h${block.level}`, { dir: 'auto' }, <Inlines of={block.inline} />);
    case 'code':
      return <CodeBlock text={block.text} language={block.language} />;
    case 'quote':
      return (
        <blockquote dir="auto">
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case 'list':
      return <List start={block.start} items={block.items} />;
    case 'table':
      return <Table header={block.header} rows={block.rows} />;
    case 'rule':
      return <hr />;
    case 'plain':
      return (
        <p className={styles.plain} dir="auto">
          {block.text.trimEnd()}
        </p>
      );
  }
});

function List({
  start,
  items,
}: {
  readonly start: number | undefined;
  readonly items: readonly ListItem[];
}) {
  const content = items.map(({ checked, blocks }, index) => (
    <li key={index} dir="auto" className={checked === undefined ? undefined : styles.task}>
      {checked !== undefined && (
        <input
          type="checkbox"
          checked={checked}
          disabled
          aria-label={checked ? 'done' : 'to do'}
          readOnly
        />
      )}
      <Blocks blocks={blocks} />
    </li>
  ));
  return start === undefined ? <ul>{content}</ul> : <ol start={start}>{content}</ol>;
}

function Table({
  header,
  rows,
}: {
  readonly header: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
}) {
  return (
    // It scrolls, so it must be reachable with the keyboard.
    <div className={styles.table} tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {header.map(({ align, inline }, index) => (
              <th key={index} scope="col" className={align && styles[align]} dir="auto">
                <Inlines of={inline} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map(({ align, inline }, cell) => (
                <td key={cell} className={align && styles[align]} dir="auto">
                  <Inlines of={inline} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Inlines({ of }: { readonly of: readonly Inline[] }) {
  return of.map((inline, index) => <InlineView key={index} inline={inline} />);
}

function InlineView({ inline }: { readonly inline: Inline }) {
  switch (inline.type) {
    case 'text':
      return decodeCharacters(inline.text);
    case 'literal':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return (
        <strong>
          <Inlines of={inline.inline} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Inlines of={inline.inline} />
        </em>
      );
    case 'deleted':
      return (
        <del>
          <Inlines of={inline.inline} />
        </del>
      );
    case 'break':
      return <br />;
    case 'link':
      return <SafeLink href={inline.href} inline={inline.inline} />;
    case 'image':
      return <Image src={inline.src} alt={decodeCharacters(inline.alt)} />;
  }
}

/** A link, or only its text when the address is not allowed. */
function SafeLink({ href, inline }: { readonly href: string; readonly inline: readonly Inline[] }) {
  const address = linkAddress(href);
  if (address === undefined) return <Inlines of={inline} />;
  return (
    // Any user can write links: they must not affect search engines, and must not get information
    // about the reader.
    <a href={address} rel="nofollow ugc noopener noreferrer">
      <Inlines of={inline} />
    </a>
  );
}

/** An image, or only its description when the address is not allowed. */
function Image({ src, alt }: { readonly src: string; readonly alt: string }) {
  const address = imageAddress(src);
  if (address === undefined) return alt;
  return (
    // Next's `Image` needs the size, and a server.
    <img src={address} alt={alt} loading="lazy" decoding="async" referrerPolicy="no-referrer" />
  );
}
