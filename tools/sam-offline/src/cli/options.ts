import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../sam-offline-error.ts';

/** The names under which a template is looked for if no option names it, as the SAM CLI does. */
const TEMPLATE_NAMES = ['template.yaml', 'template.yml', 'template.json'];

/** The options of every command that reads a template: which stack, and its data folder. */
export interface StackCommandOptions {
  readonly template?: string;
  readonly stackName?: string;
  readonly region?: string;
  readonly configFile?: string;
  readonly configEnv?: string;
  readonly envVars?: string;
  readonly parameterOverrides?: readonly string[];
  readonly dataDir: string;
  readonly values?: string;
}

/** Adds the options of every command that reads a template. */
export function withStackOptions(command: Command): Command {
  return command
    .option('-t, --template <file>', `the SAM template (default: ${TEMPLATE_NAMES.join(', ')})`)
    .option('--stack-name <name>', 'name of the stack (default: the template’s folder)')
    .option('--region <region>', 'AWS region (default: AWS_REGION, or ap-northeast-1)')
    .option(
      '--config-file <file>',
      'configuration of the SAM CLI, beside the template (default: samconfig.toml)',
    )
    .option('--config-env <name>', 'environment of the configuration (default: default)')
    .option(
      '--env-vars <file>',
      'values of functions’ environment variables, as the SAM CLI has it',
    )
    .option('--parameter-overrides <Key=Value...>', 'values of template parameters')
    .option(
      '--values <file>',
      'values from outside of the stack: parameters, secrets and exports (YAML or JSON)',
    )
    .option('--data-dir <folder>', 'where tables and outputs.json are kept', '.local');
}

/**
 * Finds the template.
 *
 * @throws UserError if there is no such file
 */
export function templatePathOf(options: { readonly template?: string }): string {
  const candidates = options.template === undefined ? TEMPLATE_NAMES : [options.template];
  const found = candidates.find((name) => existsSync(name));
  if (found === undefined) {
    throw new UserError(
      options.template === undefined
        ? `there is no ${TEMPLATE_NAMES.join(', ')} in this folder; name one with --template`
        : `the template ${options.template} does not exist`,
    );
  }
  return resolve(found);
}

/**
 * The stack's name: the option's, or one made from the name of the template's folder by
 * CloudFormation's rules.
 */
export function stackNameOf(
  options: { readonly stackName?: string },
  templatePath: string,
): string {
  if (options.stackName !== undefined) {
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(options.stackName)) {
      throw new UserError(
        `--stack-name ${options.stackName}: expected up to 128 letters, digits and hyphens, a letter first`,
      );
    }
    return options.stackName;
  }
  const folder = basename(resolve(templatePath, '..')).replace(/[^a-zA-Z0-9]+/g, '-');
  return /^[a-zA-Z]/.test(folder) ? folder : 'sam-app';
}

/**
 * Parses `Key=Value` pairs.
 *
 * @throws UserError naming the argument that is not a pair
 */
export function pairsOf(option: string, pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UserError(`${option} ${pair}: expected Key=Value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Parses a port. With 0, the system chooses one. */
export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new InvalidArgumentError('expected a port from 0 to 65535.');
  }
  return port;
}
