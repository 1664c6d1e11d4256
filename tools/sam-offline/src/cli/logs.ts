import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { parseDuration } from './duration.ts';
import { EventFilter } from './event-filter.ts';
import { pairsOf } from './options.ts';
import { endWithReader, isRunning, openStoredRun, type StoredRun } from './stored-run.ts';
import { createEventOutput, type EventOutput } from './terminal/index.ts';

interface LogsCommandOptions {
  readonly dataDir: string;
  readonly function?: string;
  readonly filter?: readonly string[];
  readonly correlation?: string;
  /** ms */
  readonly since?: number;
  readonly follow: boolean;
  readonly json: boolean;
}

/** How often, in ms, to check whether the stack still runs. */
const FOLLOW_MS = 200;
const STOPPED = 'The stack has stopped.\n';

/** `sam-offline logs`: prints the facts of the running stack, or of the last run. */
export function addLogsCommand(program: Command): void {
  program
    .command('logs')
    .description('show what happens in the running stack, or what happened in the last run')
    .option('--data-dir <folder>', 'the data folder of the stack', '.local')
    .option('--function <name>', 'only this function, by its logical id or its name')
    .option('--filter <key=value...>', 'only with these fields, of facts or of the lines’ JSON')
    .option('--correlation <id>', 'only what belongs to a correlation id')
    .option(
      '--since <duration>',
      'start this long ago (30s, 5m, 2h), in earlier runs too',
      parseDuration,
    )
    .option('--follow', 'continue with what happens, until the stack stops', false)
    .option('--json', 'the lines as CloudWatch would hold them', false)
    .action(logs);
}

async function logs(options: LogsCommandOptions): Promise<void> {
  const filter = new EventFilter({
    functionName: options.function,
    fields: pairsOf('--filter', options.filter),
    correlationId: options.correlation,
  });
  endWithReader();
  const run = await openStoredRun(options.dataDir);
  const output = createEventOutput(process.stdout, options.json ? 'json' : 'text', true);
  const { since } = options;
  const range =
    since === undefined ? { afterId: run.startId - 1 } : { startMs: Date.now() - since };
  output.add(run.start);
  filter.learn(run.start);
  if (options.correlation !== undefined) {
    // The facts that belong together are known only after the whole run was read.
    const events = run.insights.events({ ...range, contains: options.correlation });
    for await (const { event } of events) filter.learn(event);
  }
  let lastId = run.startId;
  let hasStopped = false;
  for await (const { id, event } of run.insights.events(range)) {
    lastId = id;
    hasStopped ||= event.type === 'stack.stopped' && id > run.startId;
    // More facts may have come since the whole run was read.
    filter.learn(event);
    if (event.type !== 'stack.started' && filter.admits(event)) output.add(event);
  }
  const isOver = hasStopped || !options.follow;
  const ending = isOver ? STOPPED : await follow(run, filter, output, lastId);
  output.close();
  if (options.follow) process.stderr.write(ending);
}

/**
 * Follows a run to its end.
 *
 * @returns the reason why no more facts come
 */
async function follow(
  { insights, start }: StoredRun,
  filter: EventFilter,
  output: EventOutput,
  lastId: number,
): Promise<string> {
  let afterId = lastId;
  for (;;) {
    // This is asked first, so that what the stack stored until its end is read afterwards.
    const isThere = isRunning(start);
    for await (const { id, event } of insights.events({ afterId })) {
      afterId = id;
      filter.learn(event);
      if (event.type === 'stack.stopped') {
        return STOPPED;
      }
      if (event.type !== 'stack.started' && filter.admits(event)) output.add(event);
    }
    if (!isThere) return 'The stack does not run.\n';
    await delay(FOLLOW_MS);
  }
}
