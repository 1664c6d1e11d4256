import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TemplateError } from '../errors.ts';
import { isObject } from '../json.ts';
import { parseYamlFile } from '../parse-yaml.ts';

/**
 * Finds the folder that `sam build` has made for a resource. The template in `.aws-sam/build` names
 * it.
 *
 * @param directory the folder of the template that was built
 * @param property `CodeUri`, `Code` or `ContentUri`
 * @returns the absolute path; undefined if nothing was built
 */
export function builtFolder(
  directory: string,
  logicalId: string,
  property: string,
): string | undefined {
  const file = join(directory, '.aws-sam', 'build', 'template.yaml');
  if (!existsSync(file)) return undefined;
  try {
    const { value } = parseYamlFile(file);
    const resources = isObject(value) ? value.Resources : undefined;
    const resource = isObject(resources) ? resources[logicalId] : undefined;
    const properties = isObject(resource) ? resource.Properties : undefined;
    const folder = isObject(properties) ? properties[property] : undefined;
    const path = typeof folder === 'string' ? resolve(dirname(file), folder) : undefined;
    return path !== undefined && existsSync(path) ? path : undefined;
  } catch (error) {
    // The build is incomplete, so the code itself is used.
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

/** The extensions of files that run directly, and of those that are compiled first, by language. */
const sources: Readonly<Record<string, { readonly runs: string[]; readonly compiled: string[] }>> =
  {
    nodejs: { runs: ['.js', '.mjs', '.cjs'], compiled: ['.ts', '.mts', '.cts', '.tsx'] },
    python: { runs: ['.py', '/__init__.py'], compiled: [] },
  };

/**
 * Finds a reason why code in its folder needs a build before it can run.
 *
 * @param buildMethod the value of `Metadata.BuildMethod`
 */
export function whyBuild(
  folder: string,
  { handler, runtime, buildMethod }: { handler: string; runtime: string; buildMethod: unknown },
): string | undefined {
  if (typeof buildMethod === 'string' && buildMethod !== 'none') {
    return `its BuildMethod is ${buildMethod}`;
  }
  const kind = runtime.replace(/[\d.].*/, '');
  const known = sources[kind];
  const file = join(folder, handler.slice(0, handler.lastIndexOf('.')));
  const has = (extensions: readonly string[]): boolean =>
    extensions.some((extension) => existsSync(`${file}${extension}`));
  if (known !== undefined && !has(known.runs) && has(known.compiled))
    return 'its handler is TypeScript';
  if (kind === 'nodejs' && hasDependencies(folder) && !isInstalled(folder)) {
    return 'its package.json has dependencies, which are not installed';
  }
  if (kind === 'python' && requiresPackages(folder)) {
    return 'its requirements.txt names packages';
  }
  return undefined;
}

function hasDependencies(folder: string): boolean {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const dependencies =
      typeof value === 'object' && value !== null && 'dependencies' in value
        ? value.dependencies
        : undefined;
    // Lambda's runtime contains AWS's SDK.
    return Object.keys(Object(dependencies) as object).some(
      (name) => !/^(?:@aws-sdk\/|aws-sdk$)/.test(name),
    );
  } catch {
    return false;
  }
}

/** Tells whether the folder or one above it has a `node_modules`. */
function isInstalled(folder: string): boolean {
  if (existsSync(join(folder, 'node_modules'))) return true;
  const parent = dirname(folder);
  return parent !== folder && isInstalled(parent);
}

/**
 * Tells whether packages have to be installed. Packages in the folder itself are already installed.
 */
function requiresPackages(folder: string): boolean {
  try {
    const names = readFileSync(join(folder, 'requirements.txt'), 'utf8')
      .split(/\r?\n/)
      .map((line) => /^\s*([A-Za-z][\w.-]*)/.exec(line)?.[1])
      .filter((name) => name !== undefined && !/^boto(?:3|core)$/i.test(name));
    const isVendored = readdirSync(folder).some((name) => name.endsWith('.dist-info'));
    return names.length > 0 && !isVendored;
  } catch {
    return false;
  }
}
