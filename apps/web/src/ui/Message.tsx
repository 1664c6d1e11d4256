import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './Message.module.css';

interface Props {
  /** With `bad`, something did not work, and a screen reader announces it at once. */
  readonly tone?: 'plain' | 'bad';
  readonly title?: string;
  /** Whether it is the whole content of the page: then its title is the page's heading. */
  readonly isPage?: boolean;
  readonly children: ReactNode;
  /** A button or link for what the reader can do. */
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
