import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EventOf } from '../events/index.ts';
import { type Insights, openInsights } from '../insights/index.ts';
import { eventsDirectoryOf } from '../stack/index.ts';
import { UserError } from '../sam-offline-error.ts';

/** The stored facts of the stack that runs, or that ran last. */
export interface StoredRun {
  readonly insights: Insights;
  readonly start: EventOf<'stack.started'>;
  /** The id of the fact that started the run. Facts with a higher id belong to the run. */
  readonly startId: number;
}

/**
 * Opens the facts that a stack has stored, whether the stack still runs or not.
 *
 * @throws UserError if nothing is stored
 */
export async function openStoredRun(dataDirectory: string): Promise<StoredRun> {
  const directory = eventsDirectoryOf(resolve(dataDirectory));
  if (!existsSync(directory)) throw nothingStored(directory);
  const insights = openInsights({ directory });
  let latest: { start: EventOf<'stack.started'>; startId: number } | undefined;
  for await (const { id, event } of insights.events({ types: ['stack.started'] })) {
    if (event.type === 'stack.started') latest = { start: event, startId: id };
  }
  if (latest === undefined) throw nothingStored(directory);
  return { insights, ...latest };
}

function nothingStored(directory: string): UserError {
  return new UserError(
    `there are no facts of a run in ${directory}; start the stack first, or name its data folder with --data-dir`,
  );
}

/** Whether the process of a run still exists. */
export function isRunning({ pid }: EventOf<'stack.started'>): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process belongs to another user, so it exists.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Ends the command without an error if the reader of its output has gone, as `head` does. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
