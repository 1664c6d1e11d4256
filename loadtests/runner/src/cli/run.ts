/**
 * Runs one scenario: `nx run loadtests:<scenario>`, with `--configuration=development|staging`
 * against a deployed stack. Ends with 0 if every objective was met, with 1 if one was missed or the
 * run failed, with 2 for a wrong command line, and with 130 after Ctrl-C.
 */
import { Command, Option } from 'commander';
import { describeCost } from '../cost/index.ts';
import { ObjectivesError } from '../objectives/index.ts';
import {
  announceRun,
  createRunFolder,
  findScenario,
  prepareArtillery,
  reportInterrupted,
  runScenario,
  UnknownScenarioError,
} from '../run/index.ts';
import {
  deployedTarget,
  outputsTarget,
  startBareTarget,
  startLocalTarget,
  TargetError,
  type Target,
} from '../target/index.ts';
import { interruption } from './interruption.ts';
import { objectivesOn, readObjectives } from './objectives-file.ts';
import { summaryOf } from './summary.ts';
import type { Variables } from '../text/index.ts';
import { collectVariable, EXIT, runProgram, userPath } from './support.ts';

interface Options {
  readonly outputs?: string;
  readonly stack?: 'development' | 'staging' | 'production';
  readonly forceProduction?: boolean;
  readonly set: Variables;
  readonly awsLimits?: boolean;
  readonly publishMetrics?: boolean;
  readonly profile?: boolean;
  readonly bare?: boolean;
}

const program = new Command('loadtests')
  .argument('<scenario>', 'a file of loadtests/scenarios, without .yaml')
  .option('--outputs <file>', 'use the stack that runs already, by the file with its outputs')
  .addOption(
    new Option('--stack <environment>', 'use the deployed stack').choices([
      'development',
      'staging',
      'production',
    ]),
  )
  .option('--force-production', 'confirm that the load goes to production')
  .option(
    '--set <name=value>',
    'set a variable of the scenario; can be repeated',
    collectVariable,
    {},
  )
  .option('--aws-limits', 'impose AWS’s limits of an account on the local stack')
  .option('--bare', 'use a bare ws server instead of a stack (chunked-broadcast only)')
  .option('--profile', 'take CPU profiles of the busiest processes while it runs')
  .option(
    '--publish-metrics',
    'publish Artillery’s metrics to CloudWatch (deployed stacks: always)',
  );

const say = (line: string): void => {
  console.error(line);
};

await runProgram(program, run, [TargetError, ObjectivesError, UnknownScenarioError]);

async function run(): Promise<number> {
  const [name = ''] = program.args;
  const options = program.opts<Options>();
  const scenario = await findScenario(name);
  const bare = options.bare === true;
  const objectives = objectivesOn(await readObjectives(), name, { bare });
  checkTarget(options);
  const signal = interruption(say);
  prepareArtillery(say);
  const folder = await createRunFolder(name, new Date());
  const announcement = await announceRun(folder);
  const startedAt = new Date();
  const command = commandOf(name, options);
  let target: Target | undefined;
  try {
    target = await findTarget(options, folder, signal);
    if (target.isOnAws) say(await describeCost(scenario, options.set));
    warnOfOthers(announcement.others());
    say(`${name} against ${target.name} (${target.outputs.WebSocketUrl}) …`);
    const result = await runScenario({
      ...{ scenario, target, objectives, folder, signal, say },
      ...{ variables: options.set, profile: options.profile === true },
      overrides: overridesFor(options, target, name),
      command,
    });
    warnOfOthers(announcement.others());
    console.log(summaryOf(result, folder));
    if (signal.aborted) return EXIT.interrupted;
    const isFine = result.report !== undefined && !result.record.partial;
    return isFine && result.verdicts.every(({ met }) => met) ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (!signal.aborted) throw error;
    const early = { scenario, variables: options.set, command, folder };
    console.log(summaryOf(await reportInterrupted(early, startedAt), folder));
    return EXIT.interrupted;
  } finally {
    announcement.end();
    await target?.stop();
  }
}

/** This is checked before anything is installed or started. */
function checkTarget(options: Options): void {
  const { outputs, stack, bare = false, awsLimits = false, forceProduction } = options;
  if ([outputs !== undefined, stack !== undefined, bare].filter(Boolean).length > 1) {
    throw new TargetError('--outputs, --stack and --bare each name a target: give one of them');
  }
  if (awsLimits && (outputs !== undefined || stack !== undefined || bare)) {
    throw new TargetError(
      '--aws-limits is for the local stack that the run starts; others have theirs',
    );
  }
  if (stack !== 'production' || forceProduction === true) return;
  throw new TargetError(
    'a load test of production disturbs those who use it, and costs money: --force-production if this is what you want',
  );
}

async function findTarget(options: Options, folder: string, signal: AbortSignal): Promise<Target> {
  const region = process.env.AWS_REGION ?? 'ap-northeast-1';
  const { outputs, stack, bare = false, awsLimits = false } = options;
  if (outputs !== undefined) return outputsTarget(userPath(outputs), folder, region);
  if (stack !== undefined) return deployedTarget(stack, folder, { region });
  if (bare) return startBareTarget(folder, region);
  say('starting a local stack …');
  return startLocalTarget({ folder, region, awsLimits, signal });
}

/** Artillery's own plugin sends the metrics to CloudWatch, under the scenario's name. */
function overridesFor({ publishMetrics }: Options, target: Target, scenario: string): object {
  if (publishMetrics !== true && !target.isOnAws) return {};
  const destination = {
    type: 'cloudwatch',
    region: target.environment.AWS_REGION,
    namespace: 'BlogAppLoadTests',
    dimensions: [
      { name: 'Scenario', value: scenario },
      { name: 'Stack', value: target.name },
    ],
  };
  return { config: { plugins: { 'publish-metrics': [destination] } } };
}

function warnOfOthers(others: readonly string[]): void {
  for (const other of others) {
    say(`another load test is running on this machine (${other}): the figures of both suffer`);
  }
}

function commandOf(name: string, options: Options): string {
  const { stack, outputs, bare, set, awsLimits, profile, publishMetrics } = options;
  return [
    `npx nx run loadtests:${name}`,
    ...(stack === undefined ? [] : [`--configuration=${stack}`]),
    ...(outputs === undefined ? [] : [`--outputs=${outputs}`]),
    ...(bare === true ? ['--bare'] : []),
    ...Object.entries(set).map(([key, value]) => `--set=${key}=${String(value)}`),
    ...(awsLimits === true ? ['--aws-limits'] : []),
    ...(profile === true ? ['--profile'] : []),
    ...(publishMetrics === true ? ['--publish-metrics'] : []),
  ].join(' ');
}
