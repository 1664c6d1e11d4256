import type { EventBus, StackEvent } from '../../events/index.ts';
import { logEntriesOf } from '../../insights/index.ts';

/**
 * The size of the log's end, in bytes. "the last 4 KB of the execution log":
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
const TAIL_BYTES = 4096;

export interface LogTail {
  /**
   * Stops collecting.
   * @returns the end of the invocation's log in Base64, for `x-amz-log-result`
   */
  take(): string;
}

/**
 * Starts to collect the log of an invocation before it begins.
 *
 * @param requestId the request id of the invocation
 */
export function collectLogTail(events: Pick<EventBus, 'subscribe'>, requestId: string): LogTail {
  const starting = new Map<string, string>();
  let tail = Buffer.alloc(0);
  const add = (event: StackEvent): void => {
    const text = logEntriesOf(event)
      .map(({ message }) => `${message}\n`)
      .join('');
    if (text !== '') tail = Buffer.concat([tail, Buffer.from(text)]).subarray(-TAIL_BYTES);
  };
  const unsubscribe = events.subscribe((event) => {
    if (event.type === 'environment.starting') {
      starting.set(event.environmentId, logEntriesOf(event)[0]?.message ?? '');
      return;
    }
    if (event.requestId !== requestId) return;
    if (event.type === 'invocation.started' && event.coldStart) {
      const line = starting.get(event.environmentId);
      if (line !== undefined) tail = Buffer.from(`${line}\n`);
    }
    add(event);
  });
  return {
    take() {
      unsubscribe();
      return tail.toString('base64');
    },
  };
}
