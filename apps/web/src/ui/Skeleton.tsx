import { classes } from './classes.ts';
import styles from './Skeleton.module.css';

interface Props {
  readonly of?: 'line' | 'title';
  readonly width: 'whole' | 'most' | 'half' | 'short';
}

/** A placeholder for a line of text that is not loaded yet, as high as the line. */
export function Skeleton({ of = 'line', width }: Props) {
  return (
    <span className={classes(styles.skeleton, styles[of], styles[width])} aria-hidden="true" />
  );
}
