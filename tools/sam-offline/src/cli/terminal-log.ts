import { styleText } from 'node:util';
import type { FunctionLogLine, LogSink } from '../log.ts';

/** Colours by which functions are told apart, taken in turn. */
const FUNCTION_COLOURS = ['cyan', 'magenta', 'blue', 'yellow', 'green'] as const;

/**
 * Prints sam-offline's own lines and the functions' lines, each with the function's name before it.
 *
 * @param stream where to; `invoke` uses standard error, because its standard output is the answer
 */
export function createTerminalLog(stream: NodeJS.WriteStream): LogSink {
  const colours = new Map<string, (typeof FUNCTION_COLOURS)[number]>();

  const colourOf = (name: string): (typeof FUNCTION_COLOURS)[number] => {
    let colour = colours.get(name);
    if (colour === undefined) {
      colour = FUNCTION_COLOURS[colours.size % FUNCTION_COLOURS.length] ?? 'cyan';
      colours.set(name, colour);
    }
    return colour;
  };

  return {
    system(level, message) {
      const prefix =
        level === 'info'
          ? ''
          : styleText(level === 'warn' ? 'yellow' : 'red', `${level}: `, { stream });
      stream.write(`${prefix}${message}\n`);
    },
    function(line: FunctionLogLine) {
      const name = line.functionLogicalId;
      const text = line.source === 'platform' ? styleText('dim', line.text, { stream }) : line.text;
      stream.write(`${styleText(colourOf(name), name, { stream })} ${text}\n`);
    },
  };
}
