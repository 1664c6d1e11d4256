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

/** How often a stack that runs is looked at, in ms. */
const FOLLOW_MS = 200;
const STOPPED = 'The stack has stopped.\n';

/** `sam-offline logs`: what happened in the stack that runs, or in the last run. */
export function addLogsCommand(program: Command): void {
  program
    .command('logs')
    .description('show what happens in the stack that runs, or happened in the last run')
    .option('--data-dir <folder>', 'the data folder of the stack', '.local')
    .option('--function <name>', 'of one function: its logical id, or its name')
    .option('--filter <key=value...>', 'with these fields, of what happened or of the lines’ JSON')
    .option('--correlation <id>', 'what belongs to a correlation id')
    .option('--since <duration>', 'as 30s, 5m, 2h, of earlier runs too', parseDuration)
    .option('--follow', 'go on with what happens, until the stack stops', false)
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
    // What belongs together is known once the whole run was looked at.
    const events = run.insights.events({ ...range, contains: options.correlation });
    for await (const { event } of events) filter.learn(event);
  }
  let lastId = run.startId;
  let hasStopped = false;
  for await (const { id, event } of run.insights.events(range)) {
    lastId = id;
    hasStopped ||= event.type === 'stack.stopped' && id > run.startId;
    // More may have come since the whole run was looked at.
    filter.learn(event);
    if (event.type !== 'stack.started' && filter.admits(event)) output.add(event);
  }
  const isOver = hasStopped || !options.follow;
  const ending = isOver ? STOPPED : await follow(run, filter, output, lastId);
  output.close();
  if (options.follow) process.stderr.write(ending);
}

/** @returns why nothing more comes */
async function follow(
  { insights, start }: StoredRun,
  filter: EventFilter,
  output: EventOutput,
  lastId: number,
): Promise<string> {
  let afterId = lastId;
  for (;;) {
    // Asked before: what it stored until it ended is read after.
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
