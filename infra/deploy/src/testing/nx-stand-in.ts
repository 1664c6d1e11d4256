import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../cli/run.ts';

interface Target {
  readonly command?: string;
  readonly defaultConfiguration?: string;
  readonly configurations?: Readonly<Record<string, { readonly command?: string }>>;
}
interface Project {
  readonly folder: string;
  readonly name: string;
  readonly targets?: Readonly<Record<string, Target>>;
}

const repository = resolve(import.meta.dirname, '../../../..');

function projectNamed(name: string): Project {
  const files = globSync('{apps,libs,tools,infra}/*/project.json', { cwd: repository });
  for (const file of [
    ...files,
    'e2e/project.json',
    'bench/project.json',
    'loadtests/project.json',
  ]) {
    if (!existsSync(join(repository, file))) continue;
    const project = JSON.parse(readFileSync(join(repository, file), 'utf8')) as Project;
    if (project.name === name) return { ...project, folder: join(repository, file, '..') };
  }
  throw new Error(`Cannot find project '${name}'`);
}

/** The command of a target; empty for a target that a plugin makes. */
function commandOf(project: Project, target: string, configuration: string | undefined): string {
  const found = project.targets?.[target];
  if (found === undefined) {
    if (target === 'test' && existsSync(join(project.folder, 'jest.config.cjs'))) return '';
    throw new Error(`Cannot find configuration for task ${project.name}:${target}`);
  }
  const chosen = configuration ?? found.defaultConfiguration;
  const configured = chosen === undefined ? undefined : found.configurations?.[chosen];
  if (configuration !== undefined && configured === undefined) {
    throw new Error(`${project.name}:${target} has no configuration "${configuration}"`);
  }
  return configured?.command ?? found.command ?? '';
}

/**
 * `npx nx …` for a test that runs a document's commands: checks that the target exists, and runs the
 * targets of `infra` as Nx would, in the folder of the test.
 *
 * @param words the words after `npx`
 * @returns the exit code and what was printed
 * @throws Error when the project, the target or the configuration does not exist
 */
export async function npx(
  words: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly output: string }> {
  const [nx, ...args] = words;
  if (nx !== 'nx') throw new Error(`npx ${nx ?? ''} is not known here`);
  const at = args.indexOf('-c');
  const configuration = at === -1 ? undefined : args.splice(at, 2)[1];
  const [verb = '', ...rest] = args;
  const [name = '', target = ''] =
    verb === 'run' ? (rest.shift() ?? '').split(':') : [rest.shift() ?? '', verb];
  const command = commandOf(projectNamed(name), target, configuration);
  const options = rest[0] === '--' ? rest.slice(1) : rest;
  let output = '';
  const write = (text: string): void => {
    output += text;
  };
  const [, script = '', ...own] = command.split(' ');
  if (!script.endsWith('deploy/src/cli/deploy.ts')) return { code: 0, output };
  const code = await run([...own, ...options], {
    root: folder,
    directory: folder,
    env,
    write,
    writeError: write,
    // A reader of the document types the name that the command asks for.
    ask: (question) => Promise.resolve(/blogapp-\w+/.exec(question)?.[0]),
  });
  return { code, output };
}
