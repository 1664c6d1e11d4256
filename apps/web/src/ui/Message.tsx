import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './Message.module.css';

interface Props {
  /** `bad`: something did not work. A screen reader says it at once. */
  readonly tone?: 'plain' | 'bad';
  readonly title?: string;
  /** Whether it is all that the page has: its title is the page's heading then. */
  readonly isPage?: boolean;
  readonly children: ReactNode;
  /** What the reader can do. */
  readonly action?: ReactNode;
}

/** A box that says what happened, and what can be done. */
export function Message({ tone = 'plain', title, isPage = false, children, action }: Props) {
  const Title = isPage ? 'h1' : 'strong';
  return (
    <div
      className={classes(styles.message, tone === 'bad' && styles.bad)}
      role={tone === 'bad' ? 'alert' : undefined}
    >
      {title !== undefined && <Title className={styles.title}>{title}</Title>}
      <p>{children}</p>
      {action}
    </div>
  );
}
