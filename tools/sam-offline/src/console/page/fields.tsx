/**
 * A text field of one line. Its label is for screen readers, and the placeholder says what to type.
 */
export function TextField({
  label,
  placeholder,
  value,
  kind,
  onType,
  onDone,
}: {
  label: string;
  placeholder: string;
  value: string;
  /** A class for the width: `grow`, `search`. */
  kind?: string;
  /** Is called after each letter. */
  onType?: (value: string) => void;
  /** Is called when the text is complete. */
  onDone?: (value: string) => void;
}) {
  return (
    <input
      {...{ class: kind, 'aria-label': label, placeholder, value }}
      onInput={(event) => onType?.(event.currentTarget.value)}
      onChange={(event) => onDone?.(event.currentTarget.value)}
    />
  );
}

/** A field for JSON, or for a message. */
export function TextArea({
  label,
  rows,
  value,
  onType,
}: {
  label: string;
  rows: number;
  value: string;
  onType: (value: string) => void;
}) {
  return (
    <textarea
      {...{ 'aria-label': label, rows, spellcheck: false, value }}
      onInput={(event) => {
        onType(event.currentTarget.value);
      }}
    />
  );
}
