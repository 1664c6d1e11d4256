import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toLogLines } from 'artillery-engine-websocket-push/record-log';
import { readRecord, readRecords, writeRecord, MissingRecordError } from '../record/index.ts';
import { buildRecord } from '../testing/records.ts';
import {
  announceRun,
  createRunFolder,
  descriptionOf,
  findScenario,
  reportInterrupted,
  runScenario,
  writeReport,
} from './index.ts';
import { untilSteady } from './rows.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadtests-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a run’s folder', () => {
  it('belongs to one run, also if two runs begin in the same second', async () => {
    const at = new Date('2026-11-02T09:00:00Z');
    const folders = await Promise.all([1, 2, 3].map(() => createRunFolder('hot-post', at, folder)));
    expect(folders.toSorted()).toEqual([
      join(folder, 'hot-post-20261102-090000'),
      join(folder, 'hot-post-20261102-090000-2'),
      join(folder, 'hot-post-20261102-090000-3'),
    ]);
  });

  it('is announced during the run, and other running ones are found', async () => {
    const run = await announceRun('mine', folder);
    expect(run.others()).toEqual([]);
    writeFileSync(join(folder, 'running', String(process.ppid)), 'theirs');
    // No process has this id, since Linux gives no id above 2^22.
    writeFileSync(join(folder, 'running', '4194305'), 'dead');
    expect(run.others()).toEqual(['theirs']);
    run.end();
  });
});

describe('the report', () => {
  const options = { description: '', verdicts: [] };

  it('is written beside the record', async () => {
    const files = await writeReport(folder, buildRecord(), options);
    expect(readFileSync(files.html, 'utf8').startsWith('<!doctype html>')).toBe(true);
    expect(readFileSync(files.markdown, 'utf8')).toMatch(/^# chunked-broadcast/);
  });

  it('says where the record is and how to continue if the disk is full', async () => {
    await writeRecord(folder, buildRecord());
    symlinkSync('/dev/full', join(folder, 'report.html'));
    await expect(writeReport(folder, buildRecord(), options)).rejects.toThrow(
      `the report could not be written to ${folder} (ENOSPC: no space left on device, write): the run's record is safe in ${folder}/record.json; when the cause is gone, \`npx nx run loadtests:report -- ${folder}\` writes the report from it`,
    );
    expect((await readRecord(folder)).scenario).toBe('chunked-broadcast');
  });
});

describe('a run that is interrupted before there is any load', () => {
  const outputs = { HttpApiUrl: 'http://127.0.0.1:9', WebSocketUrl: 'ws://127.0.0.1:9' };
  const aborted = AbortSignal.abort();
  const scenario = {
    ...{ name: 'hot-post', description: 'Everybody reads one post.' },
    file: join(__dirname, '../../../scenarios/hot-post.yaml'),
  };
  const expectPartialReport = async (): Promise<void> => {
    const record = await readRecord(folder);
    expect(record).toMatchObject({
      ...{ partial: true, partialBecause: 'the run was interrupted before there was any load' },
      ...{ scenario: 'hot-post', variables: { readers: 7, writers: 4 } },
      ledger: { owed: 0, received: 0 },
    });
    for (const file of ['report.html', 'summary.md']) {
      expect(readFileSync(join(folder, file), 'utf8')).toContain('This run is partial');
    }
  };

  it('writes an empty report that says why, if the generator had not begun', async () => {
    const result = await runScenario({
      ...{ scenario, folder, signal: aborted, command: 'repeat', say: () => undefined },
      ...{ objectives: [], variables: { readers: 7 }, overrides: {} },
      target: {
        ...{ name: 'nowhere', outputs, outputsFile: '', environment: {}, isOnAws: false },
        stop: () => Promise.resolve(),
      },
    });
    expect(result.report).toBeDefined();
    await expectPartialReport();
  });

  it('writes it too if the stack had not started', async () => {
    const early = { scenario, folder, command: 'repeat', variables: { readers: 7 } };
    await reportInterrupted(early, new Date());
    await expectPartialReport();
  });
});

describe('the record', () => {
  it('is read as it was written, by its file or its folder', async () => {
    const record = buildRecord({ seconds: 2 });
    const file = await writeRecord(folder, record);
    expect(await readRecord(folder)).toEqual(record);
    expect(await readRecord(file)).toEqual(record);
  });

  it('stays as it was when a new one can’t be written', async () => {
    const record = buildRecord({ seconds: 2 });
    await writeRecord(folder, record);
    symlinkSync('/dev/full', join(folder, 'record.json.draft'));
    await expect(writeRecord(folder, buildRecord({ seconds: 3 }))).rejects.toThrow('ENOSPC');
    expect(await readRecord(folder)).toEqual(record);
  });

  it.each([
    ['is not there', undefined, /nowhere cannot be read \(ENOENT.*name a run's record.json/],
    ['is not JSON', '{', /is not JSON/],
    ['is something else', '{"a":1}', /is not a run record/],
    ['is of another version', '{"format":"websocket-push-run","version":7}', /has version 7/],
    ['lacks parts', '{"format":"websocket-push-run","version":2}', /is damaged: .*scenario/],
    ['is null', 'null', /is not a run record/],
  ])('is refused with a clear line when it %s', async (_, text, message) => {
    const file = join(folder, text === undefined ? 'nowhere' : 'record.json');
    if (text !== undefined) writeFileSync(file, text);
    await expect(readRecord(file)).rejects.toThrow(message);
  });

  it('is read from the log of workers, one a worker', async () => {
    const records = [1, 2].map((seed) => buildRecord({ seconds: 2, seed }));
    const file = join(folder, 'workers.log');
    writeFileSync(file, ['begin', ...records.flatMap((one) => toLogLines(one)), 'end'].join('\n'));
    expect(await readRecords(file)).toEqual(records);
  });

  it('is refused if there is none in the folder', async () => {
    await expect(readRecord(folder)).rejects.toThrow(MissingRecordError);
  });
});

describe('scenarios', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'scenarios'));
    writeFileSync(
      join(folder, 'scenarios/hot-post.yaml'),
      '# Everybody reads one post.\n# Look at the last reader.\n#\n# More.\nconfig: {}\n',
    );
    writeFileSync(join(folder, 'scenarios/soak.yaml'), 'config: {}\n');
  });

  it('say what they show by the first paragraph of their comment', async () => {
    const { description } = await findScenario('hot-post', join(folder, 'scenarios'));
    expect(description).toBe('Everybody reads one post. Look at the last reader.');
    expect(descriptionOf('config: {}\n# late\n')).toBe('');
  });

  it('are named when one is misspelt', async () => {
    await expect(findScenario('hotpost', join(folder, 'scenarios'))).rejects.toThrow(
      'no scenario is called "hotpost"; did you mean "hot-post"? There are: hot-post, soak',
    );
  });
});

describe('rows left in the connections table', () => {
  const counts = (...values: number[]) => {
    let index = 0;
    return () => Promise.resolve(values[Math.min(index++, values.length - 1)] ?? 0);
  };
  const fast = { steadyMs: 50, mostMs: 2000, everyMs: 1 };

  it('are none when there are as many as before', async () => {
    expect(await untilSteady(counts(9, 5, 3), 3, fast)).toBe(0);
  });

  it('are those that stay', async () => {
    expect(await untilSteady(counts(9, 7, 5), 3, fast)).toBe(2);
  });
});
