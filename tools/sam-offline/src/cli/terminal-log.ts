import { styleText } from 'node:util';
import type { FunctionLogLine, LogSink } from '../log.ts';

/** Colours by which functions are told apart, taken in turn. */
const FUNCTION_COLOURS = ['cyan', 'magenta', 'blue', 'yellow', 'green'] as const;

/**
 * Prints sam-offline's own lines and the functions' lines, each with the function's name before it.
 * Functions write a lot: their lines of one turn of the event loop go out in one write.
 *
 * @param stream where to; `invoke` uses standard error, because its standard output is the answer
 */
export function createTerminalLog(stream: NodeJS.WriteStream): LogSink {
  const prefixes = new Map<string, string>();
  const [dim = '', undim = ''] = styleText('dim', '\n', { stream }).split('\n');
  let lines = '';

  const prefixOf = (name: string): string => {
    let prefix = prefixes.get(name);
    if (prefix === undefined) {
      const colour = FUNCTION_COLOURS[prefixes.size % FUNCTION_COLOURS.length] ?? 'cyan';
      prefix = `${styleText(colour, name, { stream })} `;
      prefixes.set(name, prefix);
    }
    return prefix;
  };

  const flush = (): void => {
    if (lines === '') return;
    stream.write(lines);
    lines = '';
  };

  return {
    system(level, message) {
      flush();
      const prefix =
        level === 'info'
          ? ''
          : styleText(level === 'warn' ? 'yellow' : 'red', `${level}: `, { stream });
      stream.write(`${prefix}${message}\n`);
    },
    function(line: FunctionLogLine) {
      if (lines === '') setImmediate(flush);
      const text = line.source === 'platform' ? `${dim}${line.text}${undim}` : line.text;
      lines += `${prefixOf(line.functionLogicalId)}${text}\n`;
    },
  };
}
