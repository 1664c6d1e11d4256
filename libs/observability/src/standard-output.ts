/**
 * Lines for standard output, in as few writes as possible: a write costs as much as making a line, and
 * the line that ends an invocation is followed by its metrics at once.
 */
let held = '';

/** Keeps a line for the next write. Nothing is lost when the process exits before it. */
export function holdLine(line: string): void {
  held += `${line}\n`;
}

/** Writes what is held, and these lines after it, in one write. */
export function writeLines(...lines: readonly string[]): void {
  for (const line of lines) holdLine(line);
  if (held === '') return;
  const text = held;
  held = '';
  process.stdout.write(text);
}

process.on('exit', () => {
  writeLines();
});
