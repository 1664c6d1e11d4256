import { execFile } from 'node:child_process';
import { cp, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildPage } from '../console/index.ts';
import { packageManifest } from './package-manifest.ts';

const run = promisify(execFile);

const PROJECT = resolve(import.meta.dirname, '../..');
const WORKSPACE = resolve(PROJECT, '../..');
/** The runtimes of functions. They are read at run time, and TypeScript does not copy them. */
const RUNTIMES = 'lambda/runtimes';

/**
 * Writes the package's files into a folder: the JavaScript and types of all that the exports and
 * the command use, the console's page, the runtimes of functions, the README and the licence.
 *
 * @throws Error with the compiler's output if TypeScript fails
 */
export async function buildPackage(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await Promise.all([
    compile(join(folder, 'lib')),
    buildPage(join(folder, 'dist/console')),
    cp(join(PROJECT, 'src', RUNTIMES), join(folder, 'lib', RUNTIMES), {
      recursive: true,
      filter: (file) => !/__pycache__|\.spec\./.test(file),
    }),
    copyFile(join(PROJECT, 'bin/sam-offline.js'), join(folder, 'bin/sam-offline.js')),
    copyFile(join(PROJECT, 'README.md'), join(folder, 'README.md')),
    copyFile(join(WORKSPACE, 'LICENSE'), join(folder, 'LICENSE')),
    writeManifest(folder),
  ]);
}

/**
 * Packs a folder with `npm pack`.
 *
 * @returns the archive's path
 */
export async function packFolder(folder: string, destination: string): Promise<string> {
  await mkdir(destination, { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
  const { stdout } = await run('npm', args, { cwd: folder, maxBuffer: 2 ** 26 });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack printed no file name: ${stdout}`);
  return join(destination, packed.filename);
}

async function compile(outDir: string): Promise<void> {
  const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const args = [compiler, '-p', join(PROJECT, 'tsconfig.package.json'), '--outDir', outDir];
  await run(process.execPath, args).catch((error: unknown) => {
    const { stdout } = error as { stdout?: string };
    throw new Error(`TypeScript could not compile the package:\n${stdout ?? ''}`, { cause: error });
  });
}

async function writeManifest(folder: string): Promise<void> {
  const workspace: unknown = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
  const manifest = packageManifest(workspace, await repositoryUrl());
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Gives the repository's public URL: from GitHub Actions, or else from the clone's remote. npm
 * compares it with the repository that makes a provenance statement
 * (https://docs.npmjs.com/generating-provenance-statements).
 */
async function repositoryUrl(): Promise<string | undefined> {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  if (GITHUB_SERVER_URL !== undefined && GITHUB_REPOSITORY !== undefined) {
    return `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
  }
  const remote = await run('git', ['remote', 'get-url', 'origin'], { cwd: WORKSPACE }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  const [, host, path] =
    /^(?:https:\/\/(?:[^@/]+@)?|git@|ssh:\/\/git@)([\w.-]+)[:/](.+?)(?:\.git)?$/.exec(remote) ?? [];
  return host === undefined || path === undefined ? undefined : `git+https://${host}/${path}.git`;
}
