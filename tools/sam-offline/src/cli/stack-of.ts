import { resolve } from 'node:path';
import { loadStack, type Stack } from '../template/index.ts';
import { withEnvironmentFile } from './environment-file.ts';
import { type StackCommandOptions, stackNameOf, templatePathOf } from './options.ts';
import { parameterOverridesOf } from './parameter-overrides.ts';
import { readSamConfig } from './sam-config.ts';

/**
 * Reads the stack that a command's options name. Values that the options leave out come from the
 * SAM CLI's `samconfig.toml`.
 *
 * @throws UserError when a file is missing or malformed
 * @throws TemplateError with every problem of the template
 */
export function stackOf(options: StackCommandOptions): Stack {
  const config = readSamConfig(options);
  const templatePath = templatePathOf({ ...config.options, ...options });
  const stack = loadStack({
    templatePath,
    stackName: stackNameOf({ ...config.options, ...options }, templatePath),
    region: options.region ?? process.env.AWS_REGION ?? config.options.region ?? 'ap-northeast-1',
    parameterOverrides: parameterOverridesOf(options.parameterOverrides),
    configuredParameters: config.parameterOverrides,
    ...(options.values !== undefined && { valuesPath: options.values }),
  });
  const environmentFile = options.envVars ?? config.envVars;
  return environmentFile === undefined
    ? stack
    : withEnvironmentFile(stack, resolve(environmentFile));
}
