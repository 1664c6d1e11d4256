'use client';

import { useConnectionWords } from '../realtime/index.ts';
import { classes } from '../ui/index.ts';
import styles from './Connection.module.css';

/** Says in words whether live updates work. A screen reader announces changes. */
export function Connection() {
  const { tone, words } = useConnectionWords();
  return (
    <p className={classes(styles.connection, styles[tone])} role="status">
      <span className={styles.point} aria-hidden="true" />
      <span>{words}</span>
    </p>
  );
}
