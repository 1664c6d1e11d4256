/** A line of text. Its label is for screen readers; what is to be typed is in the placeholder. */
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
  /** How wide it is: `grow`, `search`. */
  kind?: string;
  /** Told of each letter. */
  onType?: (value: string) => void;
  /** Told once the text is finished. */
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

/** JSON or a message. */
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
