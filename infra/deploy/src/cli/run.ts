import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { deleteStack, deploy, diff, logs, outputs, type Context } from '../commands/index.ts';
import {
  ENVIRONMENT_NAMES,
  isEnvironmentName,
  loadEnvironment,
  readTemplateParameters,
} from '../environment/index.ts';
import { DeployError } from '../errors.ts';
import { Tools } from '../tools/index.ts';

/** The surroundings in which the command line runs. */
export interface Surroundings {
  /** The workspace's folder. */
  readonly root: string;
  /** The folder to which paths in options are relative. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Asks at the terminal; `undefined` when there is none. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

interface Command {
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Whether options that the command does not know are passed on to another tool. */
  readonly isOpen?: boolean;
  readonly run: (context: Context, values: Values, rest: readonly string[]) => Promise<void>;
}
type Values = Readonly<Record<string, string | boolean | undefined>>;

const COMMANDS: Readonly<Record<string, Command>> = {
  deploy: {
    summary: 'deploys what changed (--yes: does not ask; --accept-loss: even if data is lost)',
    options: { yes: { type: 'boolean' }, 'accept-loss': { type: 'boolean' } },
    run: (context, values) =>
      deploy(context, {
        isConfirmed: values.yes === true,
        acceptsLoss: values['accept-loss'] === true,
      }),
  },
  diff: { summary: 'says what a deployment would change', options: {}, run: diff },
  outputs: {
    summary: "writes the stack's outputs (--file: where; .local/outputs.<environment>.json)",
    options: { file: { type: 'string' } },
    run: outputs,
  },
  delete: {
    summary: 'deletes the stack (--yes: does not ask; --force: production too)',
    options: { yes: { type: 'boolean' }, force: { type: 'boolean' } },
    run: (context, values) =>
      deleteStack(context, { isConfirmed: values.yes === true, isForced: values.force === true }),
  },
  logs: {
    summary: "shows the functions' log lines (takes the options of `sam logs`)",
    options: {},
    isOpen: true,
    run: (context, _values, rest) => logs(context, rest),
  },
};

const USAGE = [
  `deploy.ts <command> ${ENVIRONMENT_NAMES.join('|')} [options]`,
  ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`),
].join('\n');

/**
 * Runs a command of the command line.
 *
 * @returns the exit code: 0, 1 when the command failed, 2 when the arguments are wrong
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { root, directory, env, write, writeError, ask } = surroundings;
  const [name = '', environmentName = '', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    write(`${USAGE}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    writeError(`There is no command "${name}".\n${USAGE}\n`);
    return 2;
  }
  if (!isEnvironmentName(environmentName)) {
    writeError(`There is no environment "${environmentName}": ${ENVIRONMENT_NAMES.join(', ')}\n`);
    return 2;
  }
  let values: Values = {};
  try {
    if (command.isOpen !== true) {
      ({ values } = parseArgs({ args: rest, options: command.options, strict: true }) as {
        values: Values;
      });
    }
  } catch (error) {
    writeError(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  try {
    const template = resolve(root, 'infra/sam/template.yaml');
    const folder = resolve(root, 'infra/sam/environments');
    const environment = loadEnvironment(environmentName, folder, readTemplateParameters(template));
    const outputsFile =
      typeof values.file === 'string'
        ? resolve(directory, values.file)
        : resolve(root, `.local/outputs.${environmentName}.json`);
    const context: Context = {
      environment,
      tools: new Tools(env, environment.region, write),
      paths: {
        template,
        registry: resolve(root, 'infra/sam/registry.yaml'),
        web: resolve(root, 'dist/apps/web'),
        work: resolve(root, 'dist/infra'),
        outputs: outputsFile,
      },
      say: (line) => {
        write(`${line}\n`);
      },
      ask,
    };
    await command.run(context, values, rest);
    return 0;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    writeError(`${error.message}\n`);
    return 1;
  }
}
