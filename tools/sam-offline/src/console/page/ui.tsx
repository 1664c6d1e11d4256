import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { pretty } from './format.ts';

/** The text that is shown if there is no data, with advice on how to get some. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty" role="status">
      <strong>{title}</strong>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** The message of an error. Nothing if there is none. */
export function Problem({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}

/** A short text with a colour for its meaning. */
export function Badge({ tone, children }: { tone: string; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/**
 * A search field. `/` puts the cursor into it. The search starts a moment after the last letter.
 */
export function Search({
  value,
  label,
  placeholder,
  onChange,
}: {
  value: string;
  label: string;
  placeholder: string;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // A change that came from this field is not written back into it, since the reader may have typed
  // more by then.
  const known = useRef(value);
  useEffect(() => {
    if (known.current === value) return;
    known.current = value;
    setText(value);
  }, [value]);
  return (
    <input
      type="search"
      class="search"
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onInput={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          known.current = next;
          onChange(next);
        }, 200);
      }}
    />
  );
}

const OVERSCAN = 12;

/**
 * The arrow keys move from row to row. From the list itself, they move to the first or last visible
 * row.
 */
function moveInRows(event: KeyboardEvent, box: HTMLElement): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const { top, bottom } = box.getBoundingClientRect();
  const all = [...box.querySelectorAll<HTMLElement>('.row-button, .span-button')];
  const at = all.findIndex((one) => one === document.activeElement);
  const inView = all.filter((one) => {
    const place = one.getBoundingClientRect();
    return place.top >= top && place.bottom <= bottom;
  });
  const next = at === -1 ? inView.at(step === 1 ? 0 : -1) : all[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Rows of one height. Only the visible ones are in the document. */
export function VirtualRows<Row>({
  rows,
  rowHeight,
  label,
  follow = false,
  onLeaveEnd,
  children,
}: {
  rows: readonly Row[];
  rowHeight: number;
  label: string;
  /** Whether to stay at the end while rows are added. */
  follow?: boolean;
  /** Is called when the reader has scrolled away from the end, or back to it. */
  onLeaveEnd?: (isAtEnd: boolean) => void;
  children: (row: Row, index: number) => ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setView((before) => ({ ...before, height: element.clientHeight }));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  useEffect(() => {
    if (follow && box.current !== null) box.current.scrollTop = rows.length * rowHeight;
  }, [follow, rows, rowHeight]);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);
  const shown = useMemo(() => rows.slice(first, last), [rows, first, last]);
  return (
    <div
      class="rows"
      ref={box}
      role="list"
      aria-label={label}
      // A region that scrolls has to be reachable by keyboard.
      tabIndex={0}
      onKeyDown={(event) => {
        moveInRows(event, event.currentTarget);
      }}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        setView({ top: scrollTop, height: clientHeight });
        onLeaveEnd?.(scrollTop + clientHeight >= scrollHeight - rowHeight * 2);
      }}
    >
      <div class="rows-all" style={{ height: `${rows.length * rowHeight}px` }}>
        <div class="rows-shown" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {shown.map((row, index) => children(row, first + index))}
        </div>
      </div>
    </div>
  );
}

/**
 * The length from which a text is shown in part at first, since a browser takes seconds to lay out
 * a longer one.
 */
const BEGINNING_CHARACTERS = 100_000;
const BEGINNING_LINES = 2000;
const END_CHARACTERS = 200;

/** The number of characters at the beginning of a text that are shown. */
function beginningOf(text: string): number {
  let end = -1;
  for (let line = 0; line < BEGINNING_LINES; line++) {
    end = text.indexOf('\n', end + 1);
    if (end === -1) return Math.min(text.length, BEGINNING_CHARACTERS);
  }
  return Math.min(end, BEGINNING_CHARACTERS);
}

/** Text that may be JSON, with a button to copy it. */
export function Code({ text, label }: { text: string; label: string }) {
  const all = useMemo(() => pretty(text), [text]);
  const [isWhole, setIsWhole] = useState(false);
  const beginning = useMemo(() => beginningOf(all), [all]);
  const isCut = !isWhole && all.length > beginning + END_CHARACTERS;
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div class="code">
      <button
        type="button"
        class="small quiet"
        onClick={() => {
          void navigator.clipboard.writeText(all).then(() => {
            setIsCopied(true);
          });
        }}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </button>
      <pre tabIndex={0} aria-label={label}>
        {isCut ? `${all.slice(0, beginning)} … ${all.slice(-END_CHARACTERS)}` : all}
      </pre>
      {isCut && (
        <button
          type="button"
          class="small"
          onClick={() => {
            setIsWhole(true);
          }}
        >
          Show all {all.length.toLocaleString()} characters
        </button>
      )}
    </div>
  );
}

/** Downloads a text as a file. */
export function download(name: string, type: string, text: string): void {
  downloadBlob(name, new Blob([text], { type }));
}

/** Downloads some content as a file. */
export function downloadBlob(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}

/** The details of the selected row, beside the list. */
export function Aside({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  useEffect(() => {
    const opener = document.activeElement;
    return () => {
      // After the details are closed, the focus goes back to the row that was opened.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <aside class="aside" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="small quiet" aria-label="Close details" onClick={onClose}>
          ✕
        </button>
      </header>
      <div class="aside-body" tabIndex={0} role="region" aria-label={`${title}, content`}>
        {children}
      </div>
    </aside>
  );
}

/** A field that shows secrets too, which are masked otherwise. */
export function ShowSecrets({
  isOn,
  onChange,
}: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => {
          onChange(event.currentTarget.checked);
        }}
      />
      Show secrets
    </label>
  );
}

/** Names and values, one pair a line. Undefined values are left out. */
export function Fields({ of }: { of: Readonly<Record<string, ComponentChildren>> }) {
  return (
    <dl class="fields">
      {Object.entries(of)
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
