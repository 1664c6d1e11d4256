import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ResourceEntry } from '../entries.ts';
import { isObject, show } from '../json.ts';
import type { FunctionCode } from '../model.ts';
import { imageConfig } from '../properties/index.ts';
import { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/** Where a function's code is; undefined after an error was reported. */
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

/** `Code` is a map on AWS, and a folder in templates that are packaged before they are deployed. */
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
  // Without a CodeUri, `sam build` takes the template's own folder.
  const folder = properties.has(name) ? properties.value(name) : name === 'CodeUri' ? '.' : null;
  if (folder === undefined) return undefined;
  if (folder === null) {
    refuse(properties, name, 'expected a folder, or a map with ZipFile, but it is missing');
    return undefined;
  }
  if (typeof folder !== 'string' || folder.startsWith('s3://')) {
    const wanted = 'expected a folder of this machine; code in S3 cannot be run here';
    refuse(properties, name, `${wanted}, got ${show(folder)}`);
    return undefined;
  }
  const directory = resolve(resources.directory, folder);
  if (existsSync(directory) && !statSync(directory).isDirectory()) {
    const message = `expected a folder, got ${show(folder)}, which is a file: unpack archives first`;
    refuse(properties, name, message);
    return undefined;
  }
  warnOfBuild(entry, properties, directory, resources);
  return { type: 'zip', directory };
}

/** `sam build` would compile it; sam-offline runs what stands in the folder. */
function warnOfBuild(
  entry: ResourceEntry,
  properties: Reader,
  directory: string,
  resources: StackResources,
): void {
  const method = entry.metadata.BuildMethod;
  const handler = properties.text('Handler') ?? '';
  const file = join(directory, handler.slice(0, handler.lastIndexOf('.')));
  const isTypeScript =
    properties.text('Runtime')?.startsWith('nodejs') === true &&
    ['.js', '.mjs', '.cjs'].every((extension) => !existsSync(`${file}${extension}`)) &&
    ['.ts', '.mts'].some((extension) => existsSync(`${file}${extension}`));
  if (typeof method !== 'string' && !isTypeScript) return;
  if (isTypeScript || method !== 'none') {
    const built = join(resources.directory, '.aws-sam', 'build', 'template.yaml');
    const how = existsSync(built)
      ? `start ${built} instead, which \`sam build\` made`
      : 'run `sam build` and start .aws-sam/build/template.yaml, or point CodeUri at the built folder';
    const why =
      typeof method === 'string' ? `BuildMethod is ${method}` : 'its handler is TypeScript';
    resources.diagnostics.warn(
      properties.at(properties.has('CodeUri') ? 'CodeUri' : 'Code'),
      `the function may need a build first (${why}), and sam-offline runs the folder as it is: ${how}`,
    );
  }
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
    const message =
      'images are run from their Dockerfile: expected Metadata with DockerContext (a folder) and Dockerfile';
    refuse(properties, 'PackageType', message);
    return undefined;
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
