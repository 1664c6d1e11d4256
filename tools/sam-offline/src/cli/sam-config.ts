import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { UserError } from '../sam-offline-error.ts';
import type { StackCommandOptions } from './options.ts';
import { parsePairs } from './parameter-overrides.ts';

/** The values of the SAM CLI's configuration file that concern a stack. */
export interface SamConfig {
  readonly options: { template?: string; stackName?: string; region?: string };
  readonly parameterOverrides: Readonly<Record<string, string>>;
  /** The absolute path of the `--env-vars` file. */
  readonly envVars?: string;
}

/** The names of the file, in the order in which the SAM CLI looks for them. */
const fileNames = ['samconfig.toml', 'samconfig.yaml', 'samconfig.yml'];

/**
 * The SAM CLI's commands whose parameters count here. If several have a parameter, the last one
 * counts.
 */
const commands = ['global', 'deploy', 'local_start_api'];

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const parametersSchema = z.looseObject({
  env_vars: z.string().optional(),
  parameter_overrides: z
    .union([z.array(scalar), z.record(z.string(), scalar), z.string()])
    .optional(),
  region: z.string().optional(),
  stack_name: z.string().optional(),
  template: z.string().optional(),
  template_file: z.string().optional(),
});

const environmentSchema = z.record(
  z.string(),
  z.looseObject({ parameters: parametersSchema.optional() }),
);

/**
 * Reads the `samconfig.toml` beside the template, or the one in the working directory if no option
 * names a template
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html).
 *
 * @throws UserError if the file is malformed or does not have the environment that the options ask
 *   for
 */
export function readSamConfig(options: StackCommandOptions): SamConfig {
  const directory = dirname(resolve(options.template ?? 'template.yaml'));
  const candidates = options.configFile === undefined ? fileNames : [options.configFile];
  const file = candidates.map((name) => resolve(directory, name)).find((path) => existsSync(path));
  if (file === undefined) {
    if (options.configFile === undefined) return { options: {}, parameterOverrides: {} };
    throw new UserError(
      `--config-file ${options.configFile}: there is no such file in ${directory}`,
    );
  }
  const environment = environmentOf(file, options.configEnv);
  const merged: z.output<typeof parametersSchema> = {};
  for (const command of commands) Object.assign(merged, environment[command]?.parameters);
  const { env_vars: envVars, region, stack_name: stackName } = merged;
  const template = merged.template_file ?? merged.template;
  return {
    options: {
      ...(template !== undefined && { template: resolve(directory, template) }),
      ...(stackName !== undefined && { stackName }),
      ...(region !== undefined && { region }),
    },
    parameterOverrides: overridesOf(merged.parameter_overrides),
    ...(envVars !== undefined && { envVars: resolve(directory, envVars) }),
  };
}

type Environment = z.output<typeof environmentSchema>;

function environmentOf(file: string, wanted: string | undefined): Environment {
  const name = wanted ?? 'default';
  let value: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    value = file.endsWith('.toml') ? parse(text) : parseYaml(text);
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UserError(`${file}: ${reason}`);
  }
  const environments = z.record(z.string(), z.unknown()).safeParse(value ?? {});
  const environment = environments.data?.[name];
  if (environment === undefined) {
    if (wanted === undefined) return {};
    throw new UserError(`${basename(file)} has no environment \`${name}\``);
  }
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(`${file}: ${name}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function overridesOf(
  value: z.output<typeof parametersSchema>['parameter_overrides'],
): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value === 'string') return parsePairs(value);
  if (!Array.isArray(value)) return value;
  return Object.assign({}, ...value.map(parsePairs)) as Record<string, string>;
}
