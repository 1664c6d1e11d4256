import type { StackEvent } from '../../events/index.ts';
import { logEntriesOf } from '../../insights/index.ts';

/**
 * The lines of a fact for `--log-format json`: those that CloudWatch would have, unchanged.
 * Messages of sam-offline itself are JSON too, so that a program can read every line.
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
