import type { StackEvent } from '../../events/index.ts';
import { logEntriesOf } from '../../insights/index.ts';

/**
 * A fact as `--log-format json` prints it: the lines that CloudWatch would hold, raw. What
 * sam-offline itself says is JSON too, so that a program can read every line.
 */
export function rawLinesOf(event: StackEvent): string[] {
  if (event.type === 'warning') {
    const { level, message } = event;
    return [JSON.stringify({ level: level.toUpperCase(), message, source: 'sam-offline' })];
  }
  if (event.type === 'stack.ready') {
    return [
      JSON.stringify({
        level: 'INFO',
        message: 'READY',
        source: 'sam-offline',
        outputs: event.outputs,
      }),
    ];
  }
  return logEntriesOf(event).map(({ message }) => message);
}
