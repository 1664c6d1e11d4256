import Link from 'next/link';
import type { ComponentProps } from 'react';
import { classes } from './classes.ts';
import styles from './Button.module.css';

interface Look {
  /** `primary` is the most likely next action; a page has at most one. */
  readonly look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  readonly small?: boolean;
}

const classOf = ({ look = 'secondary', small = false }: Look, own?: string): string | undefined =>
  classes(styles.button, styles[look], small && styles.small, own);

/** A button. It submits no form unless its `type` says so. */
export function Button({ look, small, className, ...rest }: Look & ComponentProps<'button'>) {
  const given = { ...(look && { look }), ...(small !== undefined && { small }) };
  return <button type="button" {...rest} className={classOf(given, className)} />;
}

/** A link to another page that looks like a button. */
export function ButtonLink({
  look,
  small,
  className,
  ...rest
}: Look & ComponentProps<typeof Link>) {
  const given = { ...(look && { look }), ...(small !== undefined && { small }) };
  return <Link {...rest} className={classOf(given, className)} />;
}
