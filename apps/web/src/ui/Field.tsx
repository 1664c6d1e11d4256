import { useId, type ComponentProps } from 'react';
import { classes } from './classes.ts';
import styles from './Field.module.css';

interface Labelled {
  readonly label: string;
  /** A text that helps to fill it in. */
  readonly hint?: string;
  /** The fault of its content. */
  readonly fault?: string | undefined;
}

interface Wiring {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
  readonly className: string | undefined;
}

function useWiring({ label, hint, fault }: Labelled, className?: string) {
  const id = useId();
  const described = classes(
    hint !== undefined && `${id}-hint`,
    fault !== undefined && `${id}-fault`,
  );
  const wiring: Wiring = {
    id,
    'aria-describedby': described,
    'aria-invalid': fault !== undefined,
    className: classes(styles.input, className),
  };
  const before = (
    <label className={styles.label} htmlFor={id}>
      {label}
    </label>
  );
  const after = (
    <>
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
    </>
  );
  return { wiring, before, after };
}

/** An input for one line of text, with its label, its hint and its fault. */
export function TextField({
  label,
  hint,
  fault,
  className,
  ...rest
}: Labelled & ComponentProps<'input'>) {
  const { wiring, before, after } = useWiring(
    { label, fault, ...(hint !== undefined && { hint }) },
    className,
  );
  return (
    <div className={styles.field}>
      {before}
      <input {...rest} {...wiring} />
      {after}
    </div>
  );
}

/** An input for several lines of text, with the same parts. */
export function TextArea({
  label,
  hint,
  fault,
  className,
  ...rest
}: Labelled & ComponentProps<'textarea'>) {
  const { wiring, before, after } = useWiring(
    { label, fault, ...(hint !== undefined && { hint }) },
    className,
  );
  return (
    <div className={styles.field}>
      {before}
      <textarea {...rest} {...wiring} />
      {after}
    </div>
  );
}
