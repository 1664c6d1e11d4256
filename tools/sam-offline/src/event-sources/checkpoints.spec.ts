import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordEvents } from '../events/testing/record-events.ts';
import { openCheckpoints } from './checkpoints.ts';

let folder: string;
const { bus, warnings: messages } = recordEvents();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  messages.length = 0;
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('keeps positions after a restart', () => {
  const file = join(folder, 'data/positions.json');
  const checkpoints = openCheckpoints(file, bus);
  checkpoints.set('a', '7');
  checkpoints.flush();
  expect(openCheckpoints(file).get('a')).toBe('7');
  expect(messages).toEqual([]);
});

test('reports once that positions cannot be written, keeps them, and reports when they are written again', () => {
  const file = join(folder, 'positions.json');
  // Root ignores file permissions, so a folder in place of the file makes the write fail.
  mkdirSync(`${file}.new`);
  const checkpoints = openCheckpoints(file, bus);
  for (const position of ['1', '2', '3']) {
    checkpoints.set('a', position);
    checkpoints.flush();
  }
  expect(checkpoints.get('a')).toBe('3');
  expect(messages).toEqual([
    expect.stringMatching(
      /^error: stream positions cannot be written to .*positions\.json: EISDIR/,
    ),
  ]);

  rmSync(`${file}.new`, { recursive: true });
  checkpoints.flush();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: '3' });
  expect(messages).toHaveLength(2);
  expect(messages[1]).toMatch(/^info: stream positions can be written again/);
});
