import { type Command, InvalidArgumentError } from 'commander';
import {
  listTraces,
  parseSearch,
  searchedTrace,
  type TraceResponse,
  waterfallOf,
} from '../console/index.ts';
import { parseDuration } from './duration.ts';
import { endWithReader, openStoredRun } from './stored-run.ts';
import { printWaterfall } from './terminal/index.ts';
import { UserError } from '../sam-offline-error.ts';

interface TracesCommandOptions {
  readonly dataDir: string;
  /** ms */
  readonly since?: number;
  readonly limit: number;
  readonly json: boolean;
}

/** `sam-offline traces`: prints waterfalls of the running stack, or of the last run. */
export function addTracesCommand(program: Command): void {
  program
    .command('traces')
    .description('show where requests spent their time, in the running stack or in the last run')
    .argument(
      '[search...]',
      'words and key:value pairs, as in the console: route:"GET /posts" status:5* duration>250 function:*-api; or a trace id',
    )
    .option('--data-dir <folder>', 'the data folder of the stack', '.local')
    .option(
      '--since <duration>',
      'start this long ago (30s, 5m, 2h), in earlier runs too',
      parseDuration,
    )
    .option('--limit <number>', 'how many traces, the newest ones', parseLimit, 5)
    .option('--json', 'as JSON, one trace a line', false)
    .action(traces);
}

async function traces(terms: readonly string[], options: TracesCommandOptions): Promise<void> {
  endWithReader();
  const { insights, start } = await openStoredRun(options.dataDir);
  const startMs = options.since === undefined ? start.timeMs : Date.now() - options.since;
  const search = parseSearch(terms.map(quoted).join(' '));
  const found = (await listTraces(insights, { startMs, endMs: Infinity }))
    .filter((trace) => search.matches(searchedTrace(trace)))
    .slice(0, options.limit)
    .reverse();
  if (found.length === 0) {
    throw new UserError(
      terms.length === 0
        ? 'no trace is stored of this run; --since 2h looks at earlier runs too'
        : `no trace matches ${terms.join(' ')}; --since 2h looks at earlier runs too`,
    );
  }
  for (const { id } of found) {
    const trace = await waterfallOf(insights, id);
    if (trace !== undefined) print(trace, options.json);
  }
}

function print(trace: TraceResponse, isJson: boolean): void {
  if (isJson) process.stdout.write(`${JSON.stringify(trace)}\n`);
  else printWaterfall(trace, process.stdout);
}

/** The shell has removed the quotes: `route:GET /posts` came as one argument. */
function quoted(term: string): string {
  const [, start = '', value = ''] = /^(-?(?:[\w.@$-]+(?:>=|<=|:|>|<))?)([^]*)$/.exec(term) ?? [];
  return /\s/.test(value) && !value.startsWith('"') ? `${start}"${value}"` : term;
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected 1 to 9999');
  return Number(text);
}
