import type { Diagnostics } from './diagnostics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { javaPattern } from './java-pattern.ts';
import { isObject, show } from './json.ts';
import type { LocalValues } from './model.ts';
import { didYouMean } from '../suggestions.ts';

/** The value of `Ref` for a parameter: a string, or a list for the list types. */
export type ParameterValue = string | string[];

const attributes = [
  'Type',
  'Default',
  'Description',
  'AllowedValues',
  'AllowedPattern',
  'ConstraintDescription',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'NoEcho',
];

/**
 * Gives the values of a template's parameters: the overrides, else the defaults. As in
 * CloudFormation, each is checked against the parameter's constraints
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html).
 *
 * @param section the template's `Parameters`
 * @param stored the values of Parameter Store, by name
 */
export function resolveParameters(
  section: JsonObject,
  overrides: Readonly<Record<string, string>>,
  stored: LocalValues['parameters'],
  diagnostics: Diagnostics,
): Map<string, ParameterValue> {
  for (const name of Object.keys(overrides)) {
    if (!(name in section)) {
      const hint = didYouMean(name, Object.keys(section));
      diagnostics.error([], `there is no parameter \`${name}\` to override${hint}`);
    }
  }
  const values = new Map<string, ParameterValue>();
  for (const [name, definition] of Object.entries(section)) {
    const path = ['Parameters', name];
    const value = diagnostics.attempt(() =>
      resolveParameter(
        definition,
        { ...{ name, path, stored }, override: overrides[name] },
        diagnostics,
      ),
    );
    // A parameter with a problem gets a value too, so that references to it are not reported again.
    values.set(name, value ?? '');
  }
  return values;
}

interface ParameterPlace {
  readonly name: string;
  readonly path: Path;
  readonly override: string | undefined;
  readonly stored: LocalValues['parameters'];
}

function resolveParameter(
  definition: Json,
  { name, path, override, stored }: ParameterPlace,
  diagnostics: Diagnostics,
): ParameterValue {
  if (!isObject(definition)) {
    return diagnostics.fail(path, `expected a parameter with a Type, got ${show(definition)}`);
  }
  for (const key of Object.keys(definition)) {
    if (!attributes.includes(key)) {
      const hint = didYouMean(key, attributes);
      diagnostics.error([...path, key], `unknown attribute of a parameter${hint}`);
    }
  }
  const type = typeof definition.Type === 'string' ? definition.Type : undefined;
  if (type === undefined || !isKnownType(type)) {
    const wanted = 'expected a type such as String, Number, CommaDelimitedList or List<Number>';
    return diagnostics.fail([...path, 'Type'], `${wanted}, got ${show(definition.Type)}`);
  }
  const given = override ?? scalarText(definition.Default);
  if (given === undefined) return withoutValue(type, name, path, diagnostics);
  const isStored = type.startsWith('AWS::SSM::Parameter::Value');
  const text = (isStored ? stored[given] : undefined) ?? given;
  if (isStored && !(given in stored)) {
    diagnostics.warn(
      path,
      `AWS would look up ${show(text)} in Parameter Store; sam-offline uses that text itself (override the parameter, or give a value under \`parameters\` in the file of --values)`,
    );
  }
  const isList = type.includes('List<') || type === 'CommaDelimitedList';
  const items = isList && text !== '' ? text.split(',').map((item) => item.trim()) : [text];
  for (const item of items) check(item, type, definition, path, diagnostics);
  return isList ? (text === '' ? [] : items) : text;
}

function isKnownType(type: string): boolean {
  return (
    ['String', 'Number', 'CommaDelimitedList', 'List<Number>', 'List<String>'].includes(type) ||
    /^AWS::SSM::Parameter::(?:Name|Value<.+>)$/.test(type) ||
    /^(?:List<)?AWS::[A-Za-z0-9]+(?:::[A-Za-z0-9]+)+>?$/.test(type)
  );
}

/**
 * Gives a placeholder for a parameter without a value. A VPC or a key pair does not exist here, so
 * any id is enough.
 */
function withoutValue(
  type: string,
  name: string,
  path: Path,
  diagnostics: Diagnostics,
): ParameterValue {
  if (!/^(?:List<)?AWS::/.test(type)) {
    return diagnostics.fail(path, `has no Default: give it a value (${name}=…)`);
  }
  const placeholder = `${name.toLowerCase()}-placeholder`;
  diagnostics.warn(
    path,
    `no value is given for this ${type}; ${show(placeholder)} is used instead`,
  );
  return type.startsWith('List<') ? [placeholder] : placeholder;
}

function check(
  item: string,
  type: string,
  definition: JsonObject,
  path: Path,
  diagnostics: Diagnostics,
): void {
  const description = scalarText(definition.ConstraintDescription);
  const because = description === undefined ? '' : ` (${description})`;
  const refuse = (expected: string): void => {
    diagnostics.error(path, `expected ${expected}, got ${show(item)}${because}`);
  };
  const number = Number(item);
  const isNumber = type === 'Number' || type === 'List<Number>';
  if (isNumber && (item.trim() === '' || Number.isNaN(number))) {
    refuse('a number');
    return;
  }
  const allowed = definition.AllowedValues;
  if (Array.isArray(allowed)) {
    const values = allowed.map((value) => scalarText(value) ?? '');
    if (!values.includes(item)) refuse(`one of ${values.join(', ')}`);
  }
  const pattern = scalarText(definition.AllowedPattern);
  if (pattern !== undefined && !matches(pattern, item, path, diagnostics)) {
    refuse(`text that matches ${pattern}`);
  }
  const limit = (key: string): number | undefined => {
    const value = scalarText(definition[key]);
    return value === undefined ? undefined : Number(value);
  };
  if (item.length < (limit('MinLength') ?? 0)) {
    refuse(`at least ${limit('MinLength') ?? 0} characters`);
  }
  if (item.length > (limit('MaxLength') ?? Infinity)) {
    refuse(`at most ${limit('MaxLength') ?? 0} characters`);
  }
  if (isNumber && number < (limit('MinValue') ?? -Infinity)) {
    refuse(`a number of at least ${limit('MinValue') ?? 0}`);
  }
  if (isNumber && number > (limit('MaxValue') ?? Infinity)) {
    refuse(`a number of at most ${limit('MaxValue') ?? 0}`);
  }
}

/** Tells whether a pattern matches the complete value, even if the pattern has no anchors. */
function matches(pattern: string, text: string, path: Path, diagnostics: Diagnostics): boolean {
  try {
    return javaPattern(pattern).test(text);
  } catch {
    diagnostics.warn([...path, 'AllowedPattern'], `cannot check the pattern ${pattern}`);
    return true;
  }
}

function scalarText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((item) => scalarText(item) ?? '').join(',');
  return undefined;
}
