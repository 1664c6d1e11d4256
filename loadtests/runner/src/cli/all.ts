/**
 * Runs every scenario at its full size, one after the other, each on a stack of its own, and the
 * broadcast on a bare `ws` server too: `nx run loadtests:all`. Prints the figures as Markdown, in
 * the form of `loadtests/README.md`. Ends with 1 if an objective was missed or a run failed.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { figuresSection, PLAN, type Measured, type Planned } from '../all/index.ts';
import { ObjectivesError, type Objectives } from '../objectives/index.ts';
import {
  createRunFolder,
  findScenario,
  prepareArtillery,
  runScenario,
  UnknownScenarioError,
} from '../run/index.ts';
import { startBareTarget, startLocalTarget, type Target } from '../target/index.ts';
import { messageOf } from '../text/index.ts';
import { interruption } from './interruption.ts';
import { objectivesOn, readObjectives } from './objectives-file.ts';
import { EXIT, runProgram } from './support.ts';

interface Options {
  readonly awsLimits?: boolean;
  readonly profile?: boolean;
}

const program = new Command('loadtests:all')
  .argument('[scenarios...]', 'only these')
  .option('--aws-limits', 'impose AWS’s limits of an account on the local stacks')
  .option('--profile', 'take CPU profiles of the busiest processes');

const say = (line: string): void => {
  console.error(line);
};

await runProgram(program, all, [ObjectivesError, UnknownScenarioError]);

async function all(): Promise<number> {
  for (const name of program.args) await findScenario(name);
  const planned = PLAN.filter(
    ({ scenario }) => program.args.length === 0 || program.args.includes(scenario),
  );
  const objectives = await readObjectives();
  const signal = interruption(say);
  prepareArtillery(say);
  const parent = await createRunFolder('all', new Date());
  const measured: Measured[] = [];
  const failed: string[] = [];
  const section = (): string => figuresSection(measured, { command: ownCommand(), failed });
  let isWhole = true;
  for (const [index, one] of planned.entries()) {
    if (signal.aborted) break;
    const before = performance.now();
    const folder = join(parent, `${String(index + 1).padStart(2, '0')}-${one.scenario}`);
    await mkdir(folder);
    let text: string;
    try {
      const result = await measure(one, { folder, objectives, signal });
      measured.push(result);
      if (result.missed.length > 0) isWhole = false;
      text = ['', ...result.missed.map((line) => `MISSED: ${line}`)].join('\n   ');
    } catch (error) {
      isWhole = false;
      failed.push(`${one.label} failed: ${messageOf(error)}`);
      text = ` FAILED: ${messageOf(error)}`;
    }
    console.log(`${one.label}: ${Math.round((performance.now() - before) / 1000)} s${text}`);
    await writeFile(join(parent, 'figures.md'), section());
  }
  console.log(section());
  console.log(`reports and figures.md: ${relative(process.cwd(), parent)}`);
  if (signal.aborted) return EXIT.interrupted;
  return isWhole ? EXIT.ok : EXIT.failed;
}

async function measure(
  { scenario: name, label, variables, bare }: Planned,
  run: {
    readonly folder: string;
    readonly objectives: Objectives;
    readonly signal: AbortSignal;
  },
): Promise<Measured> {
  const { awsLimits = false, profile = false } = program.opts<Options>();
  const { folder, signal } = run;
  const region = process.env.AWS_REGION ?? 'ap-northeast-1';
  const objectives = objectivesOn(run.objectives, name, { bare });
  let target: Target | undefined;
  try {
    target = bare
      ? await startBareTarget(folder, region)
      : await startLocalTarget({ folder, region, awsLimits, signal });
    say(`${label} …`);
    const { record, verdicts, reportError } = await runScenario({
      ...{ scenario: await findScenario(name), target, objectives, folder, signal, say },
      ...{ variables, profile, overrides: {} },
      command: commandOf({ name, variables, bare, awsLimits }),
    });
    return {
      ...{ label, record },
      missed: [
        ...verdicts.filter(({ met }) => !met).map(({ text }) => text),
        ...(record.partial ? [`the run is partial: ${record.partialBecause ?? ''}`] : []),
        ...(reportError === undefined ? [] : [reportError]),
      ],
    };
  } finally {
    await target?.stop();
  }
}

function commandOf(run: {
  readonly name: string;
  readonly variables: Planned['variables'];
  readonly bare: boolean;
  readonly awsLimits: boolean;
}): string {
  return [
    `npx nx run loadtests:${run.name}`,
    ...Object.entries(run.variables).map(([key, value]) => `--set=${key}=${String(value)}`),
    ...(run.bare ? ['--bare'] : []),
    ...(run.awsLimits && !run.bare ? ['--aws-limits'] : []),
  ].join(' ');
}

/** The command as it was typed. */
function ownCommand(): string {
  const { awsLimits, profile } = program.opts<Options>();
  const args = [
    ...program.args,
    ...(awsLimits === true ? ['--aws-limits'] : []),
    ...(profile === true ? ['--profile'] : []),
  ];
  return ['npx nx run loadtests:all', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
}
