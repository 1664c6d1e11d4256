import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const parameterSchema = z.object({
  Type: z.string(),
  Default: z.optional(z.union([z.string(), z.number()])),
  AllowedValues: z.optional(z.array(z.union([z.string(), z.number()]))),
  AllowedPattern: z.optional(z.string()),
  MinValue: z.optional(z.number()),
  MaxValue: z.optional(z.number()),
});
const templateSchema = z.object({ Parameters: z.record(z.string(), parameterSchema) });

/** A template's parameters, by name. */
export type TemplateParameters = z.infer<typeof templateSchema>['Parameters'];

/**
 * Reads the `Parameters` of a template.
 *
 * @throws ZodError when the file is not a template with parameters
 */
export function readTemplateParameters(file: string): TemplateParameters {
  // CloudFormation's tags are not needed here, and are not resolved.
  const template: unknown = parse(readFileSync(file, 'utf8'), { logLevel: 'error' });
  return templateSchema.parse(template).Parameters;
}

/** The default values of parameters, by name. */
export function defaultsOf(parameters: TemplateParameters): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { Default: value }]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
  );
}

/** Why the template would refuse a value of a parameter; undefined when it accepts the value. */
export function faultOfParameter(
  parameters: TemplateParameters,
  name: string,
  value: string | number | boolean,
): string | undefined {
  const parameter = parameters[name];
  if (parameter === undefined) {
    return `the template has no such parameter; it has ${Object.keys(parameters).join(', ')}`;
  }
  const { Type: type, AllowedValues: allowed, AllowedPattern: pattern } = parameter;
  const text = String(value);
  if (allowed !== undefined && !allowed.map(String).includes(text)) {
    return `"${text}" is not one of ${allowed.join(', ')}`;
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(text)) {
    return `"${text}" does not match ${pattern}`;
  }
  if (type !== 'Number') return undefined;
  const number = Number(text);
  const { MinValue: min = -Infinity, MaxValue: max = Infinity } = parameter;
  if (text === '' || Number.isNaN(number)) return `"${text}" is not a number`;
  return number < min || number > max ? `${number} is not from ${min} to ${max}` : undefined;
}
