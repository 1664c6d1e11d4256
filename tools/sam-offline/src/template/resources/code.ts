import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResourceEntry } from '../entries.ts';
import { isObject, show } from '../json.ts';
import type { FunctionCode } from '../model.ts';
import { imageConfig } from '../properties/index.ts';
import { Reader } from '../reader.ts';
import { builtFolder, whyBuild } from './built-code.ts';
import type { StackResources } from './stack-resources.ts';

/** Finds a function's code; undefined if an error was reported. */
export function codeOf(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): FunctionCode | undefined {
  const packageType = properties.oneOf('PackageType', ['Zip', 'Image']);
  const isImage =
    packageType === 'Image' || (packageType === undefined && properties.has('ImageUri'));
  if (isImage) return imageOf(entry, properties, resources);
  return entry.type === 'AWS::Serverless::Function'
    ? serverlessCode(entry, properties, resources)
    : lambdaCode(entry, properties, resources);
}

function serverlessCode(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): FunctionCode | undefined {
  const inline = properties.text('InlineCode');
  if (inline !== undefined) return { type: 'inline', source: inline };
  return folderOf(entry, properties, 'CodeUri', resources);
}

/**
 * Finds the code of an `AWS::Lambda::Function`. On AWS `Code` is a map. In templates that are
 * packaged before a deployment it may be a folder.
 */
function lambdaCode(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): FunctionCode | undefined {
  const code = properties.value('Code');
  const inline = isObject(code) ? code.ZipFile : undefined;
  if (typeof inline === 'string') return { type: 'inline', source: inline };
  return folderOf(entry, properties, 'Code', resources);
}

function folderOf(
  entry: ResourceEntry,
  properties: Reader,
  name: string,
  resources: StackResources,
): FunctionCode | undefined {
  // Without a CodeUri, `sam build` uses the template's folder.
  const folder = properties.has(name) ? properties.value(name) : name === 'CodeUri' ? '.' : null;
  if (folder === undefined) return undefined;
  if (folder === null) {
    refuse(properties, name, 'expected a folder, or a map with ZipFile, but it is missing');
    return undefined;
  }
  const built = builtFolder(resources.directory, entry.logicalId, name);
  if (typeof folder !== 'string' || /^(?:s3|https?):\/\//.test(folder)) {
    if (built !== undefined) return { type: 'zip', directory: built };
    return missing(properties, name, `its code is ${show(folder)}, which is not on this machine`);
  }
  const path = resolve(resources.directory, folder);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    return { type: 'file', file: path };
  return { type: 'zip', directory: folderThatRuns(entry, properties, { name, path, built }) };
}

/** Gives the folder itself, or the folder that `sam build` made if the code needs a build. */
function folderThatRuns(
  { metadata }: ResourceEntry,
  properties: Reader,
  { name, path, built }: { name: string; path: string; built: string | undefined },
): string {
  const handler = properties.text('Handler') ?? '';
  const runtime = properties.text('Runtime') ?? '';
  const why = whyBuild(path, { handler, runtime, buildMethod: metadata.BuildMethod });
  if (why === undefined) return existsSync(path) ? path : (built ?? path);
  if (built === undefined) {
    properties.diagnostics.warn(
      properties.at(name),
      `the function may need a build first (${why}), and sam-offline runs the folder as it is: run \`sam build\`, or point ${name} at the built folder`,
    );
    return path;
  }
  return built;
}

/** Warns that the code is missing. Only this function cannot run. */
function missing(properties: Reader, name: string, reason: string): FunctionCode {
  const message = `${reason}: the function fails when it is invoked`;
  properties.diagnostics.warn(properties.at(name), message);
  return { type: 'missing', reason };
}

function imageOf(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): FunctionCode | undefined {
  const { metadata } = entry;
  const path = [...properties.path.slice(0, -1), 'Metadata'];
  const reader = Reader.forValue(metadata, path, properties.diagnostics);
  const context = reader.text('DockerContext');
  if (context === undefined) {
    const reason =
      'images are run from their Dockerfile, and its Metadata has no DockerContext (a folder) and Dockerfile';
    return missing(properties, 'PackageType', reason);
  }
  const contextDirectory = resolve(resources.directory, context);
  const config = properties.map('ImageConfig')?.check(imageConfig);
  const command = config?.texts('Command');
  const entryPoint = config?.texts('EntryPoint');
  const workingDirectory = config?.text('WorkingDirectory');
  return {
    type: 'image',
    contextDirectory,
    dockerfile: resolve(contextDirectory, reader.text('Dockerfile') ?? 'Dockerfile'),
    ...(command === undefined ? {} : { command }),
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
  };
}

function refuse(properties: Reader, name: string, message: string): undefined {
  properties.diagnostics.error(properties.at(name), message);
  return undefined;
}
