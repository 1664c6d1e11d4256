import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { didYouMean } from '../suggestions.ts';
import { UserError } from '../sam-offline-error.ts';
import type { LambdaFunction, Stack, TemplateWarning } from '../template/index.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const fileSchema = z.record(z.string(), z.record(z.string(), scalar));

/** The section whose values count for every function. */
const everyFunction = 'Parameters';

/**
 * Replaces functions' environment variables by the values of a file of the SAM CLI's `--env-vars`.
 * The file is JSON. It has a map for each function, by logical id or name, and `Parameters` for all
 * functions. A variable that the template does not declare is left out, with a warning
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-invoke.html#serverless-sam-cli-using-invoke-environment-file).
 *
 * @param file absolute path
 * @throws UserError if the file cannot be read or has another form
 */
export function withEnvironmentFile(stack: Stack, file: string): Stack {
  const sections = read(file);
  const warnings: TemplateWarning[] = [];
  const warn = (message: string): void => {
    warnings.push({ message: `${file}: ${message}` });
  };
  const used = new Set<string>();
  const functions = stack.functions.map((fn) => {
    const name = [fn.logicalId, fn.functionName].find((candidate) => candidate in sections);
    if (name !== undefined) used.add(name);
    const own = name === undefined ? {} : (sections[name] ?? {});
    for (const variable of Object.keys(own)) {
      if (variable in fn.environment) continue;
      const hint = didYouMean(variable, Object.keys(fn.environment));
      warn(`${fn.logicalId} has no environment variable \`${variable}\` in the template${hint}`);
    }
    return withVariables(fn, { ...sections[everyFunction], ...own });
  });
  for (const name of Object.keys(sections)) {
    if (name === everyFunction || used.has(name)) continue;
    const hint = didYouMean(
      name,
      stack.functions.map(({ logicalId }) => logicalId),
    );
    warn(`there is no function \`${name}\`${hint}`);
  }
  return { ...stack, functions, warnings: [...stack.warnings, ...warnings] };
}

function withVariables(
  fn: LambdaFunction,
  values: Readonly<Record<string, string>>,
): LambdaFunction {
  const environment = Object.entries(fn.environment).map(([name, value]) => [
    name,
    values[name] ?? value,
  ]);
  return { ...fn, environment: Object.fromEntries(environment) as Record<string, string> };
}

function read(file: string): z.output<typeof fileSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(
      `--env-vars ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(
    `--env-vars ${file}: expected a map of functions, each with a map of its variables: ${parsed.error.issues[0]?.path.join('.') ?? ''} is something else`,
  );
}
