import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkObjectives } from '../objectives/index.ts';
import {
  readRecord,
  writeRecord,
  type LoadRecord,
  type StackMetrics,
  type StackRecord,
} from '../record/index.ts';
import { ProcessWatch } from '../processes/index.ts';
import { cloudWatchSource, readStackMetrics } from '../stack-metrics/index.ts';
import { sdkConfig, type Target } from '../target/index.ts';
import { runArtillery } from './artillery.ts';
import { reportInterrupted } from './interrupted.ts';
import { rowCounter, type RowCounter } from './rows.ts';
import { writeReport } from './write-report.ts';
import { messageOf } from '../text/index.ts';
import type { ScenarioRun, ScenarioResult } from './scenario-run.ts';

/** The namespace of the functions' own metrics (`libs/observability`). */
const OWN_NAMESPACE = 'BlogApp';
/**
 * The lengths of periods in seconds. The local AWS endpoint keeps metrics by the second, and
 * CloudWatch keeps AWS's own metrics by the minute.
 */
const LOCAL_PERIOD_S = 5;
const AWS_PERIOD_S = 60;
/** The approximate number of periods in a report. */
const MOST_PERIODS = 300;
/** How long, in ms, it takes until CloudWatch's metrics are complete. */
const AWS_METRICS_DELAY_MS = 120_000;

/**
 * Runs a scenario against a target. The load comes first, then the metrics of the stack are read,
 * then the record is written, and at last the report, which can be written again from the record.
 *
 * @throws Error if Artillery left no record
 */
export async function runScenario(run: ScenarioRun): Promise<ScenarioResult> {
  const { scenario, target, folder, signal, say } = run;
  const startedAt = new Date();
  const rows = rowCounter(target);
  const watch = new ProcessWatch({
    ...{ profile: run.profile ?? false, say, stackName: target.stackName },
  });
  try {
    const before = await countRows(rows);
    const recordFile = join(folder, 'record.json');
    const logFile = join(folder, 'artillery.log');
    if (target.pid !== undefined) watch.add(target.pid, 'sam-offline');
    const endCounting = rows?.countOn();
    const { code, lastLines } = await runArtillery({
      ...{
        scenarioFile: scenario.file,
        variables: run.variables,
        overrides: run.overrides,
        signal,
      },
      logFile,
      onStart: (pid) => {
        watch.add(pid, 'generator');
      },
      ...(run.environment !== undefined && { environmentName: run.environment }),
      environment: {
        ...target.environment,
        LOADTEST_OUTPUTS: target.outputsFile,
        LOADTEST_RECORD: recordFile,
        LOADTEST_COMMAND: run.command,
      },
    });
    const rowsOverTime = endCounting?.();
    await watch.stop();
    if (signal.aborted && !(await exists(recordFile)))
      return await reportInterrupted(run, startedAt);
    if (!(await exists(recordFile))) {
      throw new Error(
        `Artillery ended with ${code} and left no record of the run: its output is in ${logFile}, and ends with\n${lastLines}`,
      );
    }
    const measured = await readRecord(recordFile);
    const record: LoadRecord = {
      ...measured,
      stack: await askStack(run, measured, rows, before),
      processes: watch.result(measured),
      levels: [
        ...watch.memory(),
        ...(rowsOverTime && rowsOverTime.samples.length > 0 ? [rowsOverTime] : []),
      ],
    };
    const verdicts = checkObjectives(record, run.objectives);
    // The engine's record already exists. If the disk is full, that record stays.
    const recordError = await errorOf(writeRecord(folder, record));
    if (recordError !== undefined) {
      say(
        `the stack's part of the record could not be written (${recordError}): ${recordFile} has the engine's part`,
      );
    }
    try {
      const report = await writeReport(folder, record, {
        description: scenario.description,
        verdicts,
      });
      return { record, verdicts, report };
    } catch (error) {
      const reportError = messageOf(error);
      return { record, verdicts, report: undefined, reportError };
    }
  } finally {
    await watch.stop();
    rows?.close();
  }
}

type Rows = { readonly count: number } | { readonly unknown: string };

async function countRows(rows: RowCounter | undefined): Promise<Rows> {
  if (rows === undefined) return { unknown: 'the outputs name no connections table' };
  try {
    return { count: await rows.count() };
  } catch (error) {
    return { unknown: messageOf(error) };
  }
}

/** Adds the rows that are left, and the stack's metrics. */
async function askStack(
  { target, say, signal }: ScenarioRun,
  { startedAt, endedAt }: LoadRecord,
  counter: RowCounter | undefined,
  before: Rows,
): Promise<StackRecord> {
  const rows =
    'unknown' in before ? { rowsUnknown: before.unknown } : await countLeft(counter, before.count);
  if (target.isOnAws && !signal.aborted) {
    say('waiting two minutes for CloudWatch’s metrics; Ctrl-C continues without them …');
    await delay(AWS_METRICS_DELAY_MS, undefined, { signal }).catch(() => undefined);
  }
  return { name: target.name, ...rows, metrics: await readMetrics(target, startedAt, endedAt) };
}

async function countLeft(
  counter: RowCounter | undefined,
  before: number,
): Promise<Partial<StackRecord>> {
  try {
    const rowsLeft = await counter?.countLeft(before);
    return rowsLeft === undefined ? {} : { rowsLeft };
  } catch (error) {
    return { rowsUnknown: messageOf(error) };
  }
}

async function readMetrics(
  target: Target,
  startedAt: string,
  endedAt: string,
): Promise<StackMetrics> {
  // A local stack either responds at once, or does not know the call.
  const source = cloudWatchSource({ ...sdkConfig(target), maxAttempts: 2 });
  const [from, to] = [Date.parse(startedAt) / 1000, Date.parse(endedAt) / 1000];
  const fine =
    target.isOnAws || to - from > MOST_PERIODS * LOCAL_PERIOD_S ? AWS_PERIOD_S : LOCAL_PERIOD_S;
  return readStackMetrics(source, {
    ...{
      from: Math.floor(from),
      to: Math.ceil(to),
      periodSeconds: fine,
      ownNamespace: OWN_NAMESPACE,
    },
    ...(target.stackName !== undefined && { stackName: target.stackName }),
    isShared: target.isOnAws,
    apiIds: [target.outputs.HttpApiUrl, target.outputs.WebSocketUrl].map(
      (url) => new URL(url).hostname.split('.')[0] ?? '',
    ),
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function errorOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
}
