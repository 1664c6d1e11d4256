import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isMap, isNode, parseDocument, visit, type Document } from 'yaml';
import { DeployError } from '../errors.ts';
import { normaliseFiles } from './content.ts';

/** The build contexts of the functions' images, by the functions' logical ids. */
export type ImageContexts = Readonly<Record<string, string>>;

/**
 * Reads the functions of a template that are images, with the folders from which they are built.
 * @param file the path of the template
 */
export function imageContexts(file: string): ImageContexts {
  const contexts: Record<string, string> = {};
  for (const id of functionsOf(read(file))) {
    const context = id.get('Metadata', 'DockerContext');
    if (typeof context === 'string') contexts[id.name] = resolve(dirname(file), context);
  }
  return contexts;
}

/**
 * Writes the template as it is deployed: functions that are images have the image's URI, as `sam
 * build` would give them, and the paths of bundles are relative to the new folder. The bundles get
 * modes and times that are the same on every machine. Environment variables have the values of
 * parameters instead of references to them, so that a changed parameter reaches the alias that
 * everything calls: SAM publishes a version only when the text of the template changes.
 * https://github.com/aws/serverless-application-model/issues/3820
 *
 * @param images the images' URIs, by the functions' logical ids
 * @param parameters the values of the template's parameters, by their names
 * @throws DeployError when a bundle was not built
 */
export function writeDeployable(
  file: string,
  output: string,
  images: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, string>>,
): void {
  const document = read(file);
  inlineParameters(document, ['Globals', 'Function', 'Environment'], parameters);
  for (const one of functionsOf(document)) {
    inlineParameters(document, ['Resources', one.name, 'Properties', 'Environment'], parameters);
    const uri = images[one.name];
    if (uri !== undefined) {
      document.setIn(['Resources', one.name, 'Properties', 'ImageUri'], uri);
      document.deleteIn(['Resources', one.name, 'Metadata']);
      continue;
    }
    const code = one.get('Properties', 'CodeUri');
    if (typeof code !== 'string') continue;
    const folder = resolve(dirname(file), code);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new DeployError(
        `${file}: Resources.${one.name}.Properties.CodeUri: there is no folder ${folder}; build it: npx nx run-many -t build`,
      );
    }
    normaliseFiles(folder);
    const path = ['Resources', one.name, 'Properties', 'CodeUri'];
    document.setIn(path, relative(dirname(output), folder));
  }
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, document.toString({ lineWidth: 0 }));
}

/** Replaces `!Ref Parameter`, and `${Parameter}` in a `!Sub`, with values. */
function inlineParameters(
  document: Document,
  path: readonly string[],
  parameters: Readonly<Record<string, string>>,
): void {
  const node = document.getIn(path, true);
  if (!isNode(node)) return;
  visit(node, {
    Scalar(_key, { tag, value }) {
      if (typeof value !== 'string') return undefined;
      if (tag === '!Ref' && Object.hasOwn(parameters, value)) {
        return document.createNode(parameters[value]);
      }
      if (tag !== '!Sub') return undefined;
      const text = value.replaceAll(/\$\{(\w+)\}/g, (reference, name: string) =>
        Object.hasOwn(parameters, name) ? (parameters[name] ?? '') : reference,
      );
      if (text === value) return undefined;
      const substituted = document.createNode(text);
      substituted.tag = '!Sub';
      return substituted;
    },
  });
}

/** Reads a template. CloudFormation's tags stay as they are written. */
function read(file: string): Document {
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw new DeployError(`${join(file)}: ${error.message}`);
  return document;
}

interface FunctionNode {
  readonly name: string;
  get(...path: readonly string[]): unknown;
}

function functionsOf(document: Document): readonly FunctionNode[] {
  const resources = document.get('Resources');
  if (!isMap(resources)) return [];
  return resources.items
    .map(({ key }) => String(key))
    .filter((name) => document.getIn(['Resources', name, 'Type']) === 'AWS::Serverless::Function')
    .map((name) => ({
      name,
      get: (...path) => document.getIn(['Resources', name, ...path]),
    }));
}
