import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isMap, parseDocument, type Document } from 'yaml';
import { DeployError } from '../errors.ts';
import { normaliseFiles } from './content.ts';

/** Where the images of functions come from: their build contexts, by the functions' logical ids. */
export type ImageContexts = Readonly<Record<string, string>>;

/**
 * The functions of a template that are images, with the folders they are built from.
 *
 * @param file the template
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
 * build` would give them, and paths of bundles lead to the bundles from the new place. The bundles get
 * modes and times that are the same on every machine.
 *
 * @param images the images' URIs, by the functions' logical ids
 * @throws DeployError when a bundle was not built
 */
export function writeDeployable(
  file: string,
  output: string,
  images: Readonly<Record<string, string>>,
): void {
  const document = read(file);
  for (const one of functionsOf(document)) {
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

/** CloudFormation's tags stay as they are written. */
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
