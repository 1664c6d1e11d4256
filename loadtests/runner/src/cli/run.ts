/**
 * Runs one scenario: `nx run loadtests:<scenario>`, with `--configuration=development|staging` against
 * a deployed stack. Ends with 0 when every objective was met, 1 when one was missed or the run failed,
 * 2 for a wrong command line, 130 after Ctrl-C.
 */
import { Command } from 'commander';
import { describeCost } from '../cost/index.ts';
import { ObjectivesError } from '../objectives/index.ts';
import {
  announceRun,
  createRunFolder,
  findScenario,
  prepareArtillery,
  runScenario,
} from '../run/index.ts';
import {
  deployedTarget,
  outputsTarget,
  startLocalTarget,
  TargetError,
  type Target,
} from '../target/index.ts';
import { interruption } from './interruption.ts';
import { readObjectives } from './objectives-file.ts';
import { summaryOf } from './summary.ts';
import { collectVariable, EXIT, runProgram, userPath, type Variables } from './support.ts';

interface Options {
  readonly outputs?: string;
  readonly stack?: 'development' | 'staging' | 'production';
  readonly forceProduction?: boolean;
  readonly set: Variables;
  readonly awsLimits?: boolean;
  readonly publishMetrics?: boolean;
}

const program = new Command('loadtests')
  .argument('<scenario>', 'a file of loadtests/scenarios, without .yaml')
  .option('--outputs <file>', 'use the stack that runs already, by the file with its outputs')
  .option('--stack <environment>', 'use the deployed stack: development, staging or production')
  .option('--force-production', 'really put load on production')
  .option(
    '--set <name=value>',
    'set a variable of the scenario; can be repeated',
    collectVariable,
    {},
  )
  .option('--aws-limits', 'impose AWS’s limits of an account on the local stack')
  .option(
    '--publish-metrics',
    'publish Artillery’s metrics to CloudWatch (deployed stacks: always)',
  );

const say = (line: string): void => {
  console.error(line);
};

await runProgram(program, run, [TargetError, ObjectivesError]);

async function run(): Promise<number> {
  const [name = ''] = program.args;
  const options = program.opts<Options>();
  const scenario = await findScenario(name);
  const objectives = (await readObjectives()).of(name);
  refuseProduction(options);
  const signal = interruption(say);
  prepareArtillery(say);
  const folder = await createRunFolder(name, new Date());
  const announcement = await announceRun(folder);
  let target: Target | undefined;
  try {
    target = await findTarget(options, folder, signal);
    if (target.isOnAws) say(await describeCost(scenario, options.set));
    warnOfOthers(announcement.others());
    say(`${name} against ${target.name} (${target.outputs.WebSocketUrl}) …`);
    const result = await runScenario({
      ...{ scenario, target, objectives, folder, signal, say },
      variables: options.set,
      overrides: overridesFor(options, target, name),
      command: commandOf(name, options),
    });
    warnOfOthers(announcement.others());
    console.log(summaryOf(result, folder));
    if (signal.aborted) return EXIT.interrupted;
    const isFine = result.report !== undefined && !result.record.partial;
    return isFine && result.verdicts.every(({ met }) => met) ? EXIT.ok : EXIT.failed;
  } finally {
    announcement.end();
    await target?.stop();
  }
}

function refuseProduction({ stack, forceProduction }: Options): void {
  if (stack !== 'production' || forceProduction === true) return;
  throw new TargetError(
    'a load test of production disturbs those who use it, and costs money: --force-production if it is what you want',
  );
}

async function findTarget(options: Options, folder: string, signal: AbortSignal): Promise<Target> {
  const region = process.env.AWS_REGION ?? 'ap-northeast-1';
  const { outputs, stack, awsLimits = false } = options;
  if (outputs !== undefined && stack !== undefined) {
    throw new TargetError('--outputs and --stack name two targets: give one of them');
  }
  if (awsLimits && (outputs !== undefined || stack !== undefined)) {
    throw new TargetError(
      '--aws-limits is for the local stack that the run starts; others have theirs',
    );
  }
  if (outputs !== undefined) return outputsTarget(userPath(outputs), folder, region);
  if (stack !== undefined) return deployedTarget(stack, folder, { region });
  say('starting a local stack …');
  return startLocalTarget({ folder, region, awsLimits, signal });
}

/** Artillery's own plugin sends its metrics to CloudWatch, under the scenario's name. */
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
  const { stack, outputs, set, awsLimits, publishMetrics } = options;
  return [
    `npx nx run loadtests:${name}`,
    ...(stack === undefined ? [] : [`--configuration=${stack}`]),
    ...(outputs === undefined ? [] : [`--outputs=${outputs}`]),
    ...Object.entries(set).map(([key, value]) => `--set=${key}=${String(value)}`),
    ...(awsLimits === true ? ['--aws-limits'] : []),
    ...(publishMetrics === true ? ['--publish-metrics'] : []),
  ].join(' ');
}
