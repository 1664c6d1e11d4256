/**
 * `npm run loadtest:smoke`: runs every scenario for a few seconds against one local stack, with the
 * objectives about correctness only. Ends with 1 if an objective was missed or a scenario failed.
 */
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { ObjectivesError } from '../objectives/index.ts';
import {
  createRunFolder,
  findScenario,
  prepareArtillery,
  runScenario,
  UnknownScenarioError,
  scenarioNames,
} from '../run/index.ts';
import { startLocalTarget, type Target } from '../target/index.ts';
import { messageOf } from '../text/index.ts';
import { interruption } from './interruption.ts';
import { readObjectives } from './objectives-file.ts';
import { EXIT, runProgram } from './support.ts';

const program = new Command('loadtest:smoke').argument('[scenarios...]', 'only these');

const say = (line: string): void => {
  console.error(line);
};

await runProgram(program, smoke, [ObjectivesError, UnknownScenarioError]);

async function smoke(): Promise<number> {
  const startedAt = performance.now();
  const names = program.args.length > 0 ? program.args : await scenarioNames();
  const all = await readObjectives();
  // This is done before anything is started, so that a scenario without objectives is found at
  // once.
  const scenarios = await Promise.all(
    names.map(async (name) => ({
      scenario: await findScenario(name),
      objectives: all.of(name).filter(({ figure }) => figure.kind === 'correctness'),
    })),
  );
  const signal = interruption(say);
  prepareArtillery(say);
  const parent = await createRunFolder('smoke', new Date());
  let target: Target | undefined;
  let failed = 0;
  try {
    target = await startLocalTarget({
      ...{ folder: parent, awsLimits: false, signal },
      region: process.env.AWS_REGION ?? 'ap-northeast-1',
    });
    for (const { scenario, objectives } of scenarios) {
      if (signal.aborted) return EXIT.interrupted;
      const folder = join(parent, scenario.name);
      await mkdir(folder);
      const before = performance.now();
      const faults = await faultsOf({ scenario, objectives, target, folder, signal });
      const seconds = Math.round((performance.now() - before) / 1000);
      console.log(`${faults.length === 0 ? 'ok    ' : 'FAILED'} ${scenario.name} (${seconds} s)`);
      for (const fault of faults) console.log(`         ${fault}`);
      if (faults.length > 0) failed += 1;
    }
  } finally {
    await target?.stop();
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    `loadtest:smoke: ${names.length - failed} passed, ${failed} failed in ${seconds} s; reports are in ${relative(process.cwd(), parent)}`,
  );
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

type SmokeRun = Pick<
  Parameters<typeof runScenario>[0],
  'scenario' | 'objectives' | 'target' | 'folder' | 'signal'
>;

/** The problems of a scenario, one line each. */
async function faultsOf(run: SmokeRun): Promise<string[]> {
  try {
    const { record, verdicts, reportError } = await runScenario({
      ...{ ...run, say, overrides: {}, variables: {}, environment: 'smoke' },
      command: `npm run loadtest:smoke -- ${run.scenario.name}`,
    });
    return [
      ...verdicts.filter(({ met }) => !met).map(({ text }) => text),
      ...(record.partial ? [`the run is partial: ${record.partialBecause ?? 'interrupted'}`] : []),
      ...(reportError === undefined ? [] : [reportError]),
    ];
  } catch (error) {
    return [messageOf(error)];
  }
}
