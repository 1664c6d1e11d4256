import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodeFolder } from './code-folder.ts';

let parent: string;
let source: string;
let folder: CodeFolder;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'code-folder-'));
  source = join(parent, 'app/bundle');
  mkdirSync(source, { recursive: true });
  folder = new CodeFolder(source, join(parent, 'data/1'), new Set([join(source, 'data')]));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(source, path)), { recursive: true });
  writeFileSync(join(source, path), text);
};
const inode = (path: string): number => statSync(path).ino;

test('a copy holds what the folder had, whatever is written later', async () => {
  write('index.mjs', '1');
  write('lib/a.mjs', 'a');
  expect(await folder.update()).toBe('changed');
  const { path } = folder.use();
  write('index.mjs', '2');
  rmSync(join(source, 'lib'), { recursive: true });

  expect(readFileSync(join(path, 'index.mjs'), 'utf8')).toBe('1');
  expect(readFileSync(join(path, 'lib/a.mjs'), 'utf8')).toBe('a');
});

test('the same content, written again, is not a change', async () => {
  write('index.mjs', '1');
  await folder.update();
  rmSync(source, { recursive: true });
  write('index.mjs', '1');
  expect(await folder.update()).toBe('same');
  write('index.mjs', '2');
  expect(await folder.update()).toBe('changed');
});

test('an empty folder, and none, leave the last copy', async () => {
  write('index.mjs', '1');
  await folder.update();
  const { path } = folder.use();
  rmSync(source, { recursive: true });
  expect(await folder.update()).toBe('incomplete');
  mkdirSync(join(source, 'lib'), { recursive: true });
  expect(await folder.update()).toBe('incomplete');
  expect(folder.use().path).toBe(path);
  expect(existsSync(join(path, 'index.mjs'))).toBe(true);
});

test('a folder that is written to while it is copied gives no copy', async () => {
  for (let file = 0; file < 40; file += 1) write(`${file}.mjs`, String(file));
  const written = new AbortController();
  const writing = (async () => {
    for (let round = 0; !written.signal.aborted; round += 1) {
      write('39.mjs', `round ${round}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  expect(await folder.update()).toBe('incomplete');
  written.abort();
  await writing;
  expect(await folder.update()).toBe('changed');
});

test('a copy is deleted after it was released and a newer one exists', async () => {
  write('index.mjs', '1');
  await folder.update();
  const [first, alsoFirst] = [folder.use(), folder.use()];
  first.release();
  first.release();
  write('index.mjs', '2');
  await folder.update();
  expect(existsSync(first.path)).toBe(true);
  alsoFirst.release();
  while (existsSync(first.path)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(existsSync(folder.use().path)).toBe(true);
});

test('dependencies and unchanged files are linked, the rest is copied', async () => {
  write('index.mjs', '1');
  write('same.mjs', 'same');
  write('node_modules/dep/index.js', 'dep');
  await folder.update();
  const first = folder.use().path;
  expect(inode(join(first, 'node_modules/dep/index.js'))).toBe(
    inode(join(source, 'node_modules/dep/index.js')),
  );
  expect(inode(join(first, 'same.mjs'))).not.toBe(inode(join(source, 'same.mjs')));

  write('index.mjs', '2');
  await folder.update();
  expect(inode(join(folder.use().path, 'same.mjs'))).toBe(inode(join(first, 'same.mjs')));
});

test('links inside of the folder stay links, and links to the outside lead to the same place', async () => {
  write('lib/a.mjs', 'a');
  writeFileSync(join(parent, 'outside.mjs'), 'o');
  symlinkSync('lib/a.mjs', join(source, 'inside.mjs'));
  symlinkSync('../../outside.mjs', join(source, 'outside.mjs'));
  await folder.update();
  const { path } = folder.use();
  expect(readlinkSync(join(path, 'inside.mjs'))).toBe('lib/a.mjs');
  expect(readFileSync(join(path, 'outside.mjs'), 'utf8')).toBe('o');
});

test('leaves out the data folder and .git, and keeps executables', async () => {
  write('bootstrap', '#!/bin/sh');
  write('data/tables.db', 'x');
  write('.git/HEAD', 'x');
  writeFileSync(join(source, 'run'), '', { mode: 0o755 });
  linkSync(join(source, 'run'), join(source, 'run-too'));
  await folder.update();
  const { path } = folder.use();
  expect(['data', '.git'].some((name) => existsSync(join(path, name)))).toBe(false);
  expect(statSync(join(path, 'run')).mode & 0o111).toBe(0o111);
  write('data/tables.db', 'y');
  expect(await folder.update()).toBe('same');
});

test('source maps lead to the sources of the folder, not of the copy', async () => {
  write('index.mjs.map', '{"version":3,"sources":["../src/index.ts"]}');
  await folder.update();
  const map = readFileSync(join(folder.use().path, 'index.mjs.map'), 'utf8');
  expect(JSON.parse(map)).toEqual({
    version: 3,
    sources: ['../src/index.ts'],
    sourceRoot: `${pathToFileURL(source).href}/`,
  });
});

test('finds above the copy what is above the folder', async () => {
  write('index.mjs', '');
  mkdirSync(join(parent, 'node_modules/dep'), { recursive: true });
  writeFileSync(join(parent, 'app/package.json'), '{"type":"module"}');
  await folder.update();
  const above = dirname(folder.use().path);
  expect(existsSync(join(above, 'node_modules/dep'))).toBe(true);
  expect(readFileSync(join(above, 'package.json'), 'utf8')).toBe('{"type":"module"}');
});
