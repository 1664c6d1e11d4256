import type { Diagnostics } from './diagnostics.ts';
import { TemplateError } from './errors.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, show } from './json.ts';
import type { LocalValues } from './model.ts';
import { parseYamlFile } from './parse-yaml.ts';

export const noValues: LocalValues = { parameters: {}, secrets: {}, exports: {} };

/**
 * Reads the values that a template takes from outside of its stack. The YAML or JSON file has
 * `parameters` (of Parameter Store, by name), `secrets` (of Secrets Manager, by name: a string, or
 * a map that becomes JSON) and `exports` (of other stacks, by name).
 *
 * @param file the absolute path
 * @throws TemplateError if the file cannot be read, or has other content
 */
export function readLocalValues(file: string): LocalValues {
  const { value, locate } = parseYamlFile(file);
  const refuse = (path: Path, message: string): never => {
    const problem = { file, ...locate(path), path: path.join('.'), message };
    throw new TemplateError([problem]);
  };
  const sections = Object.keys(noValues);
  if (!isObject(value)) return refuse([], `expected a map of ${sections.join(', ')}`);
  for (const name of Object.keys(value)) {
    if (!sections.includes(name)) refuse([name], `expected one of ${sections.join(', ')}`);
  }
  const texts = (section: string): Record<string, string> => {
    const map = value[section] ?? {};
    if (!isObject(map)) return refuse([section], `expected a map of values, got ${show(map)}`);
    return Object.fromEntries(Object.entries(map).map(([name, item]) => [name, textOf(item)]));
  };
  return {
    parameters: texts('parameters'),
    secrets: texts('secrets'),
    exports: texts('exports'),
  };
}

function textOf(value: Json): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const reference = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}/g;

/**
 * Replaces dynamic references such as `{{resolve:ssm:/name}}` with values
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html). A
 * reference without a value is not changed, and a warning reports it.
 */
export function withDynamicReferences(
  text: string,
  values: LocalValues,
  path: Path,
  diagnostics: Diagnostics,
): string {
  if (!text.includes('{{resolve:')) return text;
  return text.replaceAll(reference, (written, service: string, of: string) => {
    const value = service === 'secretsmanager' ? secretOf(of, values) : parameterOf(of, values);
    if (value !== undefined) return value;
    const section = service === 'secretsmanager' ? 'secrets' : 'parameters';
    diagnostics.warn(
      path,
      `there is no value for ${written}, so the text is not changed; give one under \`${section}\` in the file of --values`,
    );
    return written;
  });
}

/** Gives the value for `/name` or `/name:version`. There is only one version here. */
function parameterOf(of: string, { parameters }: LocalValues): string | undefined {
  return parameters[of] ?? parameters[of.replace(/:\d+$/, '')];
}

/**
 * Gives the value for `id:SecretString:key:stage:version`. The id may be an ARN, and all parts
 * after it are optional.
 */
function secretOf(of: string, { secrets }: LocalValues): string | undefined {
  const [, name = ''] = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:(.+)$/.exec(of) ?? [
    undefined,
    of,
  ];
  const [id = '', , key = ''] = name.split(':');
  // The ARN of a secret ends with a hyphen and six characters.
  return memberOf(secrets[id] ?? secrets[id.replace(/-[A-Za-z0-9]{6}$/, '')], key);
}

function memberOf(secret: string | undefined, key: string): string | undefined {
  if (secret === undefined || key === '') return secret;
  try {
    const value = (JSON.parse(secret) as JsonObject | null)?.[key];
    return value === undefined ? undefined : textOf(value);
  } catch {
    return undefined;
  }
}
