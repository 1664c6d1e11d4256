import { styleText } from 'node:util';
import type { FunctionLogLine, LogSink } from '../log.ts';

/** Colours by which functions are told apart, taken in turn. */
const FUNCTION_COLOURS = ['cyan', 'magenta', 'blue', 'yellow', 'green'] as const;

/** How long a line may wait for more to be written with it, in ms: nobody who reads notices. */
const WRITE_TOGETHER_MS = 10;
/** So many characters are written at once, however soon they came. */
const MOST_CHARACTERS = 64 * 1024;

/**
 * Prints sam-offline's own lines and the functions' lines, each with the function's name before it.
 * Functions write a lot: their lines of some milliseconds go out in one write. A write a turn was a
 * fifth of what sam-offline does for an invocation (`node --cpu-prof`, 50 handshakes in flight).
 *
 * @param stream where to; `invoke` uses standard error, because its standard output is the answer
 */
export function createTerminalLog(stream: NodeJS.WriteStream): LogSink {
  const prefixes = new Map<string, string>();
  const [dim = '', undim = ''] = styleText('dim', '\n', { stream }).split('\n');
  let lines = '';
  let timer: NodeJS.Timeout | undefined;

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
    clearTimeout(timer);
    timer = undefined;
    if (lines === '') return;
    stream.write(lines);
    lines = '';
  };

  // However the process ends, short of a SIGKILL, the last lines are written.
  process.once('exit', flush);

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
      const text = line.source === 'platform' ? `${dim}${line.text}${undim}` : line.text;
      lines += `${prefixOf(line.functionLogicalId)}${text}\n`;
      if (lines.length >= MOST_CHARACTERS) flush();
      else timer ??= setTimeout(flush, WRITE_TOGETHER_MS);
    },
  };
}
