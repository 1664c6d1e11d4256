import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventWriter } from './event-writer.ts';

it('reuses memory after its content is on the disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'event-writer-'));
  const writer = new EventWriter({
    ...{ directory, clean: false, maximumBytes: 10_000_000, fileBytes: 10_000_000 },
    ...{ header: () => undefined, onStateChange: () => undefined },
  });
  const line = (letter: string): string => letter.repeat(80_000);
  const first = writer.append([line('a')]);
  writer.reuse(first);
  const second = writer.append([line('b')]);
  await writer.flush();
  writer.reuse(first);
  const third = writer.append([line('c')]);
  await writer.close();
  const written = readFileSync(join(directory, 'events-000001.jsonl'), 'utf8');
  rmSync(directory, { recursive: true, force: true });

  expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
  expect(third.bytes.buffer).toBe(first.bytes.buffer);
  expect(written).toBe(['a', 'b', 'c'].map((letter) => `${line(letter)}\n`).join(''));
});
