import { createElement, useId, type ComponentProps } from 'react';
import { classes } from './classes.ts';
import styles from './Field.module.css';

interface Labelled {
  readonly label: string;
  /** A text that helps to fill it in. */
  readonly hint?: string;
  /** The fault of its content. */
  readonly fault?: string | undefined;
}

function fieldOf<Tag extends 'input' | 'textarea'>(tag: Tag) {
  return function Field({
    label,
    hint,
    fault,
    className,
    ...rest
  }: Labelled & ComponentProps<Tag>) {
    const id = useId();
    const described = classes(
      hint !== undefined && `${id}-hint`,
      fault !== undefined && `${id}-fault`,
    );
    return (
      <div className={styles.field}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {createElement(tag, {
          ...rest,
          id,
          'aria-describedby': described,
          'aria-invalid': fault !== undefined,
          className: classes(styles.input, className),
        })}
        {hint !== undefined && (
          <p className={styles.hint} id={`${id}-hint`}>
            {hint}
          </p>
        )}
        {fault !== undefined && (
          <p className={styles.fault} id={`${id}-fault`}>
            {fault}
          </p>
        )}
      </div>
    );
  };
}

/** An input for one line of text, with its label, its hint and its fault. */
export const TextField = fieldOf('input');

/** An input for several lines of text, with the same parts. */
export const TextArea = fieldOf('textarea');
