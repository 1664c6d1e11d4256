import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchFolder } from './watch-folder.ts';

let parent: string;
let folder: string;
let watcher: { close(): void };
const changes = new EventEmitter();

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'watch-folder-'));
  folder = join(parent, 'bundle');
  mkdirSync(folder);
  watcher = watchFolder(folder, () => changes.emit('change'));
});

afterEach(() => {
  watcher.close();
  rmSync(parent, { recursive: true });
});

test('sees a file that is written', async () => {
  const changed = once(changes, 'change');
  writeFileSync(join(folder, 'index.mjs'), '1');
  await changed;
});

test('sees a file in a folder that is new', async () => {
  let changed = once(changes, 'change');
  mkdirSync(join(folder, 'lib'));
  await changed;
  changed = once(changes, 'change');
  writeFileSync(join(folder, 'lib', 'a.mjs'), '1');
  await changed;
});

test('continues when the folder is deleted and made again', async () => {
  for (const round of ['1', '2']) {
    const changed = once(changes, 'change');
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.mjs'), round);
    await changed;
  }
  const changed = once(changes, 'change');
  writeFileSync(join(folder, 'index.mjs'), '3');
  await changed;
});
