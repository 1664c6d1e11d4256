import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sizeOf } from './bundle-size.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bundle-size-'));
  await mkdir(join(directory, 'chunks'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const write = (name: string, text: string): Promise<void> =>
  writeFile(join(directory, name), text.padEnd(1000));

describe('sizeOf', () => {
  it('counts what is imported statically, once and through chunks, as loaded', async () => {
    await write('index.mjs', 'import{a}from"./chunks/a.mjs";import"./chunks/b.mjs";');
    await write('chunks/a.mjs', 'import{b}from"./b.mjs";export{b as a};');
    await write('chunks/b.mjs', 'import{hash}from"node:crypto";export const b=hash;');
    expect((await sizeOf(directory)).loadedKb).toBe(3);
  });

  it('counts late imports as deployed only, and no source maps', async () => {
    await write('index.mjs', 'const late=()=>import("./chunks/late.mjs");');
    await write('index.mjs.map', '{}');
    await write('chunks/late.mjs', 'export default 1;');
    const { loadedKb, loadedGzipKb, deployedKb } = await sizeOf(directory);
    expect({ loadedKb, deployedKb }).toEqual({ loadedKb: 1, deployedKb: 2 });
    expect(loadedGzipKb).toBeLessThan(loadedKb);
  });
});
