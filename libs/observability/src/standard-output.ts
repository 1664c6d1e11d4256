/**
 * Text that waits for the next write to standard output. Few writes are made, because a write costs
 * as much as making a line, and an invocation's metrics follow its last line at once.
 */
let held = '';

/** Keeps a line for the next write. Nothing is lost when the process exits before it. */
export function holdLine(line: string): void {
  held += `${line}\n`;
}

/** Writes the held lines, and these lines after them, in one write. */
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
