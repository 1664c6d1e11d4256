import Link from 'next/link';
import type { ComponentProps } from 'react';
import { classes } from './classes.ts';
import styles from './Button.module.css';

interface Look {
  /** `primary` is the most likely next action; a page has at most one. */
  readonly look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  readonly small?: boolean;
  /** Whether its ends are half circles. */
  readonly round?: boolean;
}

/**
 * A class of its own is for where a button is, and not for its look: the order of the style sheets of
 * two modules is not defined.
 */
const classOf = (
  { look = 'secondary', small = false, round = false }: Look,
  own?: string,
): string | undefined =>
  classes(styles.button, styles[look], small && styles.small, round && styles.round, own);

/** A button. It submits no form unless its `type` says so. */
export function Button({
  look,
  small,
  round,
  className,
  ...rest
}: Look & ComponentProps<'button'>) {
  const given = { ...(look && { look }), ...(small && { small }), ...(round && { round }) };
  return <button type="button" {...rest} className={classOf(given, className)} />;
}

/** A link to another page that looks like a button. */
export function ButtonLink({
  look,
  small,
  round,
  className,
  ...rest
}: Look & ComponentProps<typeof Link>) {
  const given = { ...(look && { look }), ...(small && { small }), ...(round && { round }) };
  return <Link {...rest} className={classOf(given, className)} />;
}
