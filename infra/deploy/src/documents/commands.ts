/** A block of commands in a document. */
export interface CommandBlock {
  /** The heading that it is under. */
  readonly heading: string;
  readonly line: number;
  /** As it is typed, placeholders and all. */
  readonly text: string;
}

/** The blocks of `bash` in a Markdown document, those in lists included. */
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

/** Commands in the text itself that a reader can copy: `npx nx …` and `aws …`, each with its line. */
export function inlineCommands(markdown: string): CommandBlock[] {
  let isInBlock = false;
  let heading = '';
  return markdown.split('\n').flatMap((line, index) => {
    if (/^ *```/.test(line)) isInBlock = !isInBlock;
    if (isInBlock) return [];
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    return [...line.matchAll(/`((?:npx (?!firebase)|aws )[^`]*)`/g)].flatMap(([, text = '']) =>
      // What is only named, such as `aws … --query …`.
      text.includes('…') ? [] : [{ heading, line: index + 1, text: `${text}\n` }],
    );
  });
}

/**
 * Fills in what a reader would.
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
