/**
 * The Nx target `try-package`: installs the packed file in an empty folder, as a user does, and
 * runs a chat application there with `npx sam-offline start`, on each version of Node.js that the
 * package supports.
 *
 * `node src/packaging/try-package.ts [file.tgz]`; if something is wrong, it prints the first fault
 * and exits with 1.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDynoxide } from '../services/index.ts';
import { installedProgram, type InstalledProgram } from './installed-program.ts';
import { output } from './output.ts';

const WORKSPACE = resolve(import.meta.dirname, '../../../..');
const APPLICATION = join(WORKSPACE, 'e2e/fixtures/chat');
const DIST = resolve(import.meta.dirname, '../../dist');

/** npm has packages of Node.js itself. The versions are exact, so that a run can be repeated. */
const NODE_VERSIONS = { node22: '22.23.5', node24: '24.21.0' };
/** A version that is too old for the package. The program has to report that. */
const OLD_NODE = { node20: '20.20.2' };

const [archive = await packedFile()] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'sam-offline-try-'));
const nodesFolder = await mkdtemp(join(tmpdir(), 'sam-offline-nodes-'));
try {
  await cp(APPLICATION, folder, { recursive: true });
  await npmInstall(folder, [resolve(archive)]);
  await npmInstall(nodesFolder, nodePackages());
  const on = (name: string): InstalledProgram =>
    installedProgram(folder, join(nodesFolder, 'node_modules', name, 'bin'));

  for (const [name, version] of Object.entries(NODE_VERSIONS)) {
    await chat(on(name));
    say(`a chat of two clients runs on Node.js ${version}, and nothing is left of it after Ctrl-C`);
  }
  await refusesAnOldNode(on('node20'));
  await findsTables(on('node24'));
  await hasTypes();
} finally {
  await rm(folder, { recursive: true, force: true });
  await rm(nodesFolder, { recursive: true, force: true });
}

/** Tries a message between two clients, the console, and then Ctrl-C. */
async function chat(program: InstalledProgram, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const stack = await program.start(env);
  const { WebSocketUrl = '', ConsoleUrl = '' } = stack.outputs;
  const clients = await Promise.all([connect(WebSocketUrl), connect(WebSocketUrl)]);
  const received = clients.map(nextMessage);
  clients[0].send(JSON.stringify({ message: 'sendmessage', data: 'hello, everybody' }));
  assert.deepEqual(await Promise.all(received), ['hello, everybody', 'hello, everybody']);

  for (const [path, part] of Object.entries({
    '/': '<title>sam-offline console</title>',
    '/console.js': 'WebSocketUrl',
    '/console.css': ':root',
    '/api/openapi.json': '"openapi"',
  })) {
    const response = await fetch(new URL(path, ConsoleUrl));
    assert.equal(response.status, 200, `${path} of the console`);
    assert.ok((await response.text()).includes(part), `${path} of the console has no ${part}`);
  }
  assert.deepEqual(await stack.interrupt(), []);
}

async function refusesAnOldNode(program: InstalledProgram): Promise<void> {
  const { code, text } = await program.run(['start']);
  assert.equal(code, 1);
  assert.match(text, /sam-offline needs Node\.js 22\.15 or newer, this is v20\./);
  say('an older Node.js leads to an error message');
}

/**
 * Tries the program without Dynoxide. It has to report that; with `DYNAMODB_ENDPOINT` it has to
 * find the tables.
 */
async function findsTables(program: InstalledProgram): Promise<void> {
  const packages = join(folder, 'node_modules/@dynoxide');
  await rename(packages, `${packages}-away`);
  const { code, text } = await program.run(['start', ...program.freePorts]);
  assert.equal(code, 1);
  assert.match(text, /The stack has DynamoDB tables, and no Dynoxide was found for /);
  say(`without Dynoxide: ${text.trim()}`);
  const dynamoDb = await startDynoxide();
  try {
    await chat(program, { DYNAMODB_ENDPOINT: dynamoDb.endpoint });
  } finally {
    await dynamoDb.close();
  }
  say('the chat runs without Dynoxide too, with DYNAMODB_ENDPOINT');
}

/** Compiles a TypeScript program that uses the exports with the package's types. */
async function hasTypes(): Promise<void> {
  await writeFile(
    join(folder, 'use.ts'),
    `import { loadStack, startStack, type StackEvent } from '@blogapp/sam-offline';
const stack: ReturnType<typeof startStack> | undefined = undefined;
// @ts-expect-error: a number is no stack, unless the types are missing.
const wrong: ReturnType<typeof startStack> = 1;
export const kinds: StackEvent['type'][] = [];
export { loadStack, stack, wrong };
`,
  );
  const compiler = join(WORKSPACE, 'node_modules/typescript/lib/tsc.js');
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
  const types = ['--typeRoots', join(WORKSPACE, 'node_modules/@types'), '--types', 'node'];
  await output(process.execPath, [compiler, ...options, ...types, '--skipLibCheck', 'use.ts'], {
    cwd: folder,
  });
  say('its types compile');
}

async function packedFile(): Promise<string> {
  const { version } = JSON.parse(
    await readFile(resolve(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as { version: string };
  const file = (await readdir(DIST)).find((name) => name.endsWith(`${version}.tgz`));
  if (file === undefined) throw new Error('no packed file: npx nx run sam-offline:pack makes it');
  return join(DIST, file);
}

function nodePackages(): string[] {
  const os = process.platform === 'win32' ? 'win' : process.platform;
  return Object.entries({ ...NODE_VERSIONS, ...OLD_NODE }).map(
    ([name, version]) => `${name}@npm:node-${os}-${process.arch}@${version}`,
  );
}

/** npm uses its cache first, and the registry for the rest. */
async function npmInstall(cwd: string, packages: readonly string[]): Promise<void> {
  await writeFile(join(cwd, 'package.json'), '{ "private": true }\n');
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await output('npm', ['install', ...options, ...packages], { cwd });
}

async function connect(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  await new Promise<void>((done, fail) => {
    client.addEventListener('open', () => {
      done();
    });
    client.addEventListener('error', () => {
      fail(new Error(`no WebSocket connection to ${url}`));
    });
  });
  return client;
}

async function nextMessage(client: WebSocket): Promise<unknown> {
  const event = await new Promise<MessageEvent>((done) => {
    client.addEventListener('message', done, { once: true });
  });
  return event.data;
}

function say(what: string): void {
  process.stdout.write(`ok: ${what}\n`);
}
