import { dirname } from 'node:path';
import {
  describeMachine,
  describeVariables,
  findCommit,
} from 'artillery-engine-websocket-push/origin';
import { counterNames, runRecordVersion } from 'artillery-engine-websocket-push/run-record';
import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import { writeRecord, type LoadRecord } from '../record/index.ts';
import type { ScenarioResult, ScenarioRun } from './scenario-run.ts';
import { writeReport } from './write-report.ts';
import { messageOf } from '../text/index.ts';

/** The facts about a run that was interrupted before the engine had begun. */
export type EarlyRun = Pick<ScenarioRun, 'scenario' | 'variables' | 'command' | 'folder'>;

/**
 * Writes the record and the report of a run that was interrupted before there was any load. They
 * have no figures, and say why.
 */
export async function reportInterrupted(
  { scenario, variables, command, folder }: EarlyRun,
  startedAt: Date,
): Promise<ScenarioResult> {
  const none = { windowMs: 1000, total: 0, windows: [] };
  const commit = findCommit(dirname(scenario.file));
  const script = parse(await readFile(scenario.file, 'utf8')) as {
    config?: { variables?: Record<string, unknown> };
  };
  const record: LoadRecord = {
    format: 'websocket-push-run',
    version: runRecordVersion,
    runId: '',
    scenario: scenario.name,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    partial: true,
    partialBecause: 'the run was interrupted before there was any load',
    command,
    ...(commit !== undefined && { commit }),
    target: {},
    variables: describeVariables({
      config: { variables: { ...script.config?.variables, ...variables } },
      scenarios: [],
    }),
    machines: [describeMachine('')],
    workers: 0,
    ledger: {
      ...{ published: 0, refused: 0, unconfirmed: 0, owed: 0, received: 0, missed: 0, excused: 0 },
      ...{ unowed: 0, repeats: 0, reordered: 0, late: 0, unknown: 0, corrupt: 0, altered: 0 },
      ...{ arrivals: 0, readers: 0, examples: [] },
    },
    metrics: {},
    counters: { [counterNames.opened]: none, [counterNames.received]: none },
    gauges: {},
    errors: {},
    clocks: [],
  };
  const { description } = scenario;
  try {
    await writeRecord(folder, record);
    const report = await writeReport(folder, record, { description, verdicts: [] });
    return { record, verdicts: [], report };
  } catch (error) {
    return { record, verdicts: [], report: undefined, reportError: messageOf(error) };
  }
}
