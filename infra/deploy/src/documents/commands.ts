/** A block of commands in a document. */
export interface CommandBlock {
  /** The heading above it. */
  readonly heading: string;
  readonly line: number;
  /** The text as it is typed, with its placeholders. */
  readonly text: string;
}

/** The blocks of `bash` in a Markdown document, also those in lists. */
export function commandBlocks(markdown: string): CommandBlock[] {
  const blocks: CommandBlock[] = [];
  let heading = '';
  let indent: string | undefined;
  let lines: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (fence?.[2] === 'bash' && indent === undefined) {
      indent = fence[1] ?? '';
      lines = [];
    } else if (fence !== null && indent !== undefined) {
      blocks.push({ heading, line: index - lines.length, text: `${lines.join('\n')}\n` });
      indent = undefined;
    } else if (indent !== undefined) {
      lines.push(line.slice(indent.length));
    } else {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    }
  }
  return blocks;
}

/**
 * The commands in running text that a reader can copy: `npx nx …` and `aws …`, each with its line.
 */
export function inlineCommands(markdown: string): CommandBlock[] {
  let isInBlock = false;
  let heading = '';
  return markdown.split('\n').flatMap((line, index) => {
    if (/^ *```/.test(line)) isInBlock = !isInBlock;
    if (isInBlock) return [];
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    return [...line.matchAll(/`((?:npx (?!firebase)|aws )[^`]*)`/g)].flatMap(([, text = '']) =>
      // A command with "…", such as `aws … --query …`, is not to be copied.
      text.includes('…') ? [] : [{ heading, line: index + 1, text: `${text}\n` }],
    );
  });
}

/**
 * Replaces the placeholders of a command with values.
 *
 * @throws Error that names a placeholder without a value
 */
export function filledIn(
  { text, line }: Omit<CommandBlock, 'heading'>,
  values: Readonly<Record<string, string>>,
): string {
  return text.replaceAll(/<([\w/ ]+)>/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`line ${line}: ${placeholder} has no value`);
    return value;
  });
}
