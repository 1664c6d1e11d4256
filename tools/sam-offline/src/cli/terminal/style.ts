import { styleText } from 'node:util';

export type Style = 'red' | 'yellow' | 'green' | 'dim' | 'bold' | 'cyan' | 'magenta' | 'blue';

/** Colours a text; returns it unchanged where the stream shows no colours. */
export type Paint = (style: Style, text: string) => string;

/** For a stream: colours where it is a terminal and nothing (`NO_COLOR`) says otherwise. */
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
