/**
 * Checks what is installed from the registry, and writes its bill of materials (SBOM):
 * `node tools/workspace/dependencies.ts [--signatures]`.
 *
 * - Every package of every lock file has an integrity hash, so that it can't be another one later.
 * - Every package has a licence that the project may use.
 * - With `--signatures`: the registry signed every package (`npm audit signatures`). That asks the
 *   registry and sigstore for keys, which not every network and mirror has, so it is an option: what could not be
 *   checked is said, and what is wrong is a fault.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeSignatures } from './signatures.ts';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

const root = resolve(import.meta.dirname, '../..');

/** Licences that only require attribution. */
const ALLOWED = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC'],
  ...['MIT', 'MIT-0', 'PSF-2.0', 'Python-2.0', 'Unlicense', 'WTFPL', 'Zlib'],
]);

/**
 * Packages (or scopes) that have another licence, or none in the lock file, each with the reason
 * why it may be used.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '@img/*':
    'LGPL-3.0: scales images for servers of Next.js, which nothing here runs; nothing of it is deployed',
  artillery: 'MPL-2.0: run as it is, by load tests only; nothing of it is deployed',
  'axe-core': 'MPL-2.0: run as it is, by tests of the console only',
  'caniuse-lite': 'CC-BY-4.0: data about browsers, of a build tool; nothing of it is deployed',
  'xmlhttprequest-ssl': 'MIT, in the form of package.json that npm does not put into lock files',
};

/** The packages of a lock file that come from a registry, by their folders. */
function registryPackages(lockFile: string): [string, LockedPackage][] {
  const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(lock.packages).filter(
    ([folder, { link }]) => folder.includes('node_modules/') && link !== true,
  );
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function faultsIn(lockFile: string): string[] {
  return registryPackages(lockFile).flatMap(([folder, { integrity, inBundle, resolved }]) => {
    const faults: string[] = [];
    // A package that another one bundles is covered by the hash of that one's archive.
    if (integrity === undefined && inBundle !== true) faults.push('no integrity hash');
    if (integrity !== undefined && !integrity.startsWith('sha512-')) {
      faults.push(`a hash that is not SHA-512 (${integrity.slice(0, 12)}…)`);
    }
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) {
      faults.push(`it comes from ${resolved}`);
    }
    return faults.map((fault) => `${lockFile}: ${folder}: ${fault}`);
  });
}

/**
 * For `(MIT OR GPL-3.0)`, one of the licences has to be allowed; for `MIT AND ISC`, all of them.
 */
function isAllowed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((part) => part.split(' AND ').every((licence) => ALLOWED.has(licence.trim())));
}

function licenceOf(lockFile: string, folder: string, { license }: LockedPackage): string {
  if (license !== undefined) return license;
  const file = join(dirname(lockFile), folder, 'package.json');
  if (!existsSync(file)) return 'none in the lock file';
  const { license: own } = JSON.parse(readFileSync(file, 'utf8')) as { readonly license?: unknown };
  return typeof own === 'string' ? own : 'none in its package.json';
}

function licenceFaults(lockFile: string): string[] {
  return registryPackages(lockFile).flatMap(([folder, locked]) => {
    const licence = licenceOf(lockFile, folder, locked);
    const name = nameOf(folder);
    const isException = [name, name.replace(/\/.*/, '/*')].some((key) =>
      Object.hasOwn(EXCEPTIONS, key),
    );
    if (isAllowed(licence) || isException) return [];
    return [`${lockFile}: ${folder}: its licence is ${licence}`];
  });
}

const { values } = parseArgs({ options: { signatures: { type: 'boolean' } } });
const lockFiles = execFileSync('git', ['ls-files', '--', '*package-lock.json'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '')
  .map((path) => join(root, path));

const faults = lockFiles.flatMap((file) => [...faultsIn(file), ...licenceFaults(file)]);
for (const fault of faults) console.error(fault.replace(`${root}/`, ''));

const sbom = join(root, 'dist/sbom.cdx.json');
mkdirSync(dirname(sbom), { recursive: true });
const options = ['--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'];
const bill = execFileSync('npm', ['sbom', ...options], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
writeFileSync(sbom, bill);
const { components } = JSON.parse(bill.toString()) as { readonly components: readonly unknown[] };

let signatures = 'signatures not asked for (--signatures)';
if (values.signatures === true) {
  // Without npm's two further tries: a host that does not respond is reported, and does not stop
  // the check.
  const tries = ['--fetch-retries=0'];
  const { status, stdout } = spawnSync('npm', ['audit', 'signatures', '--json', ...tries], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const verdict = judgeSignatures({ status, stdout });
  for (const fault of verdict.faults) console.error(fault);
  faults.push(...verdict.faults);
  signatures = verdict.summary;
}

const count = lockFiles.reduce((sum, file) => sum + registryPackages(file).length, 0);
console.log(
  `dependencies: ${count} packages in ${lockFiles.length} lock files, ${faults.length} faults; ` +
    `${components.length} components in dist/sbom.cdx.json; ${signatures}`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
