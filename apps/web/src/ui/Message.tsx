import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './Message.module.css';

interface Props {
  /** `bad`: something did not work. A screen reader says it at once. */
  readonly tone?: 'plain' | 'bad';
  readonly title?: string;
  readonly children: ReactNode;
  /** What the reader can do. */
  readonly action?: ReactNode;
}

/** A box that says what happened, and what can be done. */
export function Message({ tone = 'plain', title, children, action }: Props) {
  return (
    <div
      className={classes(styles.message, tone === 'bad' && styles.bad)}
      role={tone === 'bad' ? 'alert' : undefined}
    >
      {title !== undefined && <strong className={styles.title}>{title}</strong>}
      <p>{children}</p>
      {action}
    </div>
  );
}
