import { resolve } from 'node:path';
import type { ResourceEntry } from '../entries.ts';
import { TemplateError } from '../errors.ts';
import type { Json } from '../json.ts';
import { isObject, show } from '../json.ts';
import { parseYamlFile } from '../parse-yaml.ts';
import { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * Reads an API's OpenAPI definition: `DefinitionBody` (or `Body`), a local file that it includes
 * with `AWS::Include`, or the local file of `DefinitionUri`.
 */
export function definitionOf(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): Reader | undefined {
  const name = entry.type.startsWith('AWS::Serverless::') ? 'DefinitionBody' : 'Body';
  const included = includedFile(entry.properties[name]);
  if (included !== undefined) return fromFile(included, name, properties, resources);
  if (properties.has(name)) return properties.map(name, 'an OpenAPI definition');
  const file = properties.value('DefinitionUri');
  if (file === undefined) return undefined;
  if (typeof file === 'string' && !file.startsWith('s3://')) {
    return fromFile(file, 'DefinitionUri', properties, resources);
  }
  properties.diagnostics.warn(
    properties.at('DefinitionUri'),
    `the definition's routes are missing: expected a file of this machine, got ${show(file)}`,
  );
  return undefined;
}

function includedFile(body: Json | undefined): string | undefined {
  const transform = isObject(body) ? body['Fn::Transform'] : undefined;
  if (!isObject(transform) || transform.Name !== 'AWS::Include') return undefined;
  const parameters = transform.Parameters;
  const location = isObject(parameters) ? parameters.Location : undefined;
  return typeof location === 'string' && !location.startsWith('s3://') ? location : undefined;
}

function fromFile(
  file: string,
  name: string,
  properties: Reader,
  { directory, diagnostics, resolver }: StackResources,
): Reader | undefined {
  const path = properties.at(name);
  return diagnostics.attempt(() => {
    const absolute = resolve(directory, file);
    let value: Json;
    try {
      value = parseYamlFile(absolute).value;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return diagnostics.fail(path, `${file}: ${error.problems[0]?.message ?? ''}`);
    }
    const resolved = resolver.resolve(value, path);
    if (isObject(resolved)) return Reader.forValue(resolved, path, diagnostics);
    return diagnostics.fail(path, `${file}: expected an OpenAPI definition, got ${show(resolved)}`);
  });
}
