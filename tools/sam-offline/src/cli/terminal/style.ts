import { styleText } from 'node:util';

export type Style = 'red' | 'yellow' | 'green' | 'dim' | 'bold' | 'cyan' | 'magenta' | 'blue';

/** Colours a text. Returns it unchanged if the stream shows no colours. */
export type Paint = (style: Style, text: string) => string;

/**
 * Makes the function for a stream. There are colours if the stream is a terminal and `NO_COLOR` is
 * not set.
 */
export function painterFor(stream: NodeJS.WriteStream): Paint {
  const marks = new Map<Style, readonly [string, string]>();
  return (style, text) => {
    let mark = marks.get(style);
    if (mark === undefined) {
      const [before = '', after = ''] = styleText(style, '\n', { stream }).split('\n');
      marks.set(style, (mark = [before, after]));
    }
    return mark[0] + text + mark[1];
  };
}
