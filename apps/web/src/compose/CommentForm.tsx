'use client';

import { useId, useRef, useState, type ReactNode } from 'react';
import { Button, TextArea } from '../ui/index.ts';
import { commentFault } from '../writes/index.ts';
import styles from './Compose.module.css';

interface Props {
  readonly label: string;
  readonly action: string;
  readonly initial: string;
  readonly autoFocus?: boolean;
  readonly onSubmit: (body: string) => void;
  readonly onText?: (body: string) => void;
  /** Further buttons. */
  readonly children?: ReactNode;
}

/** A form for the text of a comment: for a new one, or for a change. */
export function CommentForm(props: Props) {
  const { label, action, initial, autoFocus = false, onSubmit, onText, children } = props;
  const [body, setBody] = useState(initial);
  const [fault, setFault] = useState<string>();
  const area = useRef<HTMLTextAreaElement>(null);
  const keys = useId();

  const submit = (): void => {
    const found = commentFault(body);
    setFault(found);
    if (found === undefined) {
      onSubmit(body);
      setBody('');
    }
    area.current?.focus();
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextArea
        ref={area}
        label={label}
        rows={2}
        dir="auto"
        value={body}
        fault={fault}
        autoFocus={autoFocus}
        onChange={({ currentTarget: { value } }) => {
          setBody(value);
          setFault(undefined);
          onText?.(value);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          submit();
        }}
      />
      <div className={styles.actions}>
        <Button type="submit" look="primary" aria-describedby={keys}>
          {action}
        </Button>
        {children}
        <span id={keys} className={styles.hint}>
          Ctrl+Enter sends it, too.
        </span>
      </div>
    </form>
  );
}
