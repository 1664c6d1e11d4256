'use client';

import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button, counted } from '../ui/index.ts';
import { compare, merge, type Choice, type Part } from './compare.ts';
import styles from './Conflict.module.css';

export interface Version {
  readonly title: string;
  readonly body: string;
}

interface Props {
  /** The version in the editor. */
  readonly mine: Version;
  /** The published version. */
  readonly theirs: Version;
  /** The version that the editor began with. */
  readonly base: Version | undefined;
  /** Receives the merged text. It is not published yet. */
  readonly onMerged: (version: Version) => void;
}

type Different = Extract<Part, { kind: 'different' }>;

/** Compares two versions of a post; the author chooses one for each difference. */
export function ConflictView({ mine, theirs, base, onMerged }: Props) {
  const title = useMemo(() => compare(mine.title, theirs.title, base?.title), [mine, theirs, base]);
  const body = useMemo(() => compare(mine.body, theirs.body, base?.body), [mine, theirs, base]);
  const differences = useMemo(() => [...title, ...body].filter(isDifferent), [title, body]);
  const [choices, setChoices] = useState<readonly (Choice | undefined)[]>(() =>
    differences.map(({ suggestion }) => suggestion),
  );
  const heading = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const titles = title.filter(isDifferent).length;
  const open = choices.filter((choice) => choice === undefined).length;

  useEffect(() => {
    heading.current?.focus();
  }, []);

  const choose = (index: number, choice: Choice): void => {
    setChoices((before) => before.with(index, choice));
  };
  const goOn = (): void => {
    const merged = {
      title: merge(title, choices.slice(0, titles)),
      body: merge(body, choices.slice(titles)),
    };
    if (merged.title === undefined || merged.body === undefined) {
      list.current?.querySelector<HTMLElement>('[data-open] input')?.focus();
      return;
    }
    onMerged({ title: merged.title, body: merged.body });
  };

  const rows = (parts: readonly Part[], of: 'title' | 'text') =>
    parts.map((part, row) => {
      if (part.kind === 'same') return <Same key={row} lines={part.lines} />;
      const before = parts.slice(0, row).filter(isDifferent).length;
      const index = of === 'title' ? before : titles + before;
      return (
        <Difference
          key={row}
          part={part}
          label={`Difference ${index + 1} of ${differences.length}, in the ${of}`}
          choice={choices[index]}
          // Two titles can not be combined into one.
          withBoth={of === 'text'}
          onChoose={(choice) => {
            choose(index, choice);
          }}
        />
      );
    });

  return (
    <section className={styles.conflict} aria-labelledby="conflict-heading">
      <h1 id="conflict-heading" className={styles.heading} ref={heading} tabIndex={-1}>
        The post was changed meanwhile
      </h1>
      <p>
        It was changed in another place after you had begun. “Yours” is what you wrote here, and
        “theirs” is what is published. Choose for each difference, and continue with the result: it
        is not published yet.
      </p>
      <div className={styles.actions}>
        <Button
          onClick={() => {
            setChoices(differences.map(() => 'mine'));
          }}
        >
          Choose all of yours
        </Button>
        <Button
          onClick={() => {
            setChoices(differences.map(() => 'theirs'));
          }}
        >
          Choose all of theirs
        </Button>
      </div>
      <div ref={list}>
        {titles > 0 && <div>{rows(title, 'title')}</div>}
        <div>{rows(body, 'text')}</div>
      </div>
      <div className={styles.actions}>
        <Button look="primary" aria-disabled={open > 0} onClick={goOn}>
          Use this text
        </Button>
        <span role="status">
          {open > 0
            ? `${counted(open, 'difference', 'differences')} without a choice`
            : 'A version is chosen for each difference.'}
        </span>
      </div>
    </section>
  );
}

function isDifferent(part: Part): part is Different {
  return part.kind === 'different';
}

/** How many equal lines are shown at each end of a part that both have. */
const CONTEXT = 2;

function Same({ lines }: { readonly lines: readonly string[] }) {
  const hidden = lines.length - 2 * CONTEXT;
  return (
    <div className={styles.same}>
      <Lines of={hidden > 1 ? lines.slice(0, CONTEXT) : lines} />
      {hidden > 1 && <p className={styles.hidden}>{hidden} lines that are the same</p>}
      {hidden > 1 && <Lines of={lines.slice(-CONTEXT)} />}
    </div>
  );
}

interface DifferenceProps {
  readonly part: Different;
  readonly label: string;
  readonly choice: Choice | undefined;
  readonly withBoth: boolean;
  readonly onChoose: (choice: Choice) => void;
}

function Difference({ part, label, choice, withBoth, onChoose }: DifferenceProps) {
  const name = useId();
  const radio = (value: Choice, text: string) => (
    <label className={styles.choice}>
      <input
        type="radio"
        name={name}
        checked={choice === value}
        onChange={() => {
          onChoose(value);
        }}
      />
      {text}
    </label>
  );
  return (
    <fieldset className={styles.difference} data-open={choice === undefined ? '' : undefined}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.side} data-chosen={choice === 'mine' || choice === 'both'}>
        {radio('mine', 'Yours')}
        <Lines of={part.mine} />
      </div>
      <div className={styles.side} data-chosen={choice === 'theirs' || choice === 'both'}>
        {radio('theirs', 'Theirs')}
        <Lines of={part.theirs} />
      </div>
      {withBoth && part.mine.length > 0 && part.theirs.length > 0 && (
        <div className={styles.both}>{radio('both', 'Both, yours first')}</div>
      )}
    </fieldset>
  );
}

function Lines({ of }: { readonly of: readonly string[] }) {
  if (of.length === 0) return <p className={styles.hidden}>Nothing</p>;
  return (
    <div className={styles.lines} dir="auto">
      {of.join('\n')}
    </div>
  );
}
