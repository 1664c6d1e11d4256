import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertBuilt, hashSources, sourcesFile } from './sources.ts';

let folder: string;
const write = (file: string, text: string): void => {
  writeFileSync(join(folder, file), text);
};
const check = (): void => {
  assertBuilt(join(folder, 'dist'));
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
  for (const each of ['dist', 'src', 'src/ledger']) mkdirSync(join(folder, each));
  write('src/index.ts', 'one');
  write('src/ledger/ledger.ts', 'two');
  write(`dist/${sourcesFile}`, hashSources(join(folder, 'src')));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('takes a build of these sources, whatever their tests are', () => {
  write('src/index.spec.ts', 'a test');
  expect(check).not.toThrow();
});

it.each(['index.ts', 'ledger/ledger.ts', 'ledger/new.ts'])(
  'refuses it if %s has changed',
  (file) => {
    write(`src/${file}`, 'changed');
    expect(check).toThrow('Run "npm run prepare" in loadtests.');
  },
);

it('refuses a build that does not say what it was built from', () => {
  rmSync(join(folder, 'dist', sourcesFile));
  expect(check).toThrow('Run "npm run prepare" in loadtests.');
});

it('takes an installed package, which has no sources', () => {
  rmSync(join(folder, 'src'), { recursive: true });
  rmSync(join(folder, 'dist', sourcesFile));
  expect(check).not.toThrow();
});
