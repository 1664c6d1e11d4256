import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReport, ratio, toRow, writeReport, type Metric } from './report.ts';

const pushes: Metric = { key: 'pushesPerSecond', label: 'pushes', unit: '/s', better: 'higher' };
const memory: Metric = { key: 'memoryMb', label: 'memory', unit: 'MiB', better: 'lower' };
const between = { ours: 'ours', baseline: 'theirs' };

describe('toRow', () => {
  it('holds the median of each metric and the number of rounds', () => {
    const row = toRow('ours', [
      { pushesPerSecond: 10 },
      { pushesPerSecond: 90 },
      { pushesPerSecond: 20 },
    ]);
    expect(row).toEqual({ variant: 'ours', rounds: 3, pushesPerSecond: 20 });
  });

  it('takes the median over the rounds that have the metric', () => {
    expect(toRow('ours', [{ memoryMb: 1 }, {}, { memoryMb: 3 }]).memoryMb).toBe(2);
  });

  it('rounds to four significant digits', () => {
    expect(toRow('ours', [{ pushesPerSecond: 12_345.678, memoryMb: 0.0123456 }])).toMatchObject({
      pushesPerSecond: 12_350,
      memoryMb: 0.01235,
    });
  });
});

describe('ratio', () => {
  const rows = [
    { variant: 'ours', rounds: 5, pushesPerSecond: 300, memoryMb: 50 },
    { variant: 'theirs', rounds: 5, pushesPerSecond: 100, memoryMb: 200 },
  ];

  it('is ours divided by theirs when higher is better', () => {
    expect(ratio(rows, { metric: pushes, ...between })).toBe(3);
  });

  it('is theirs divided by ours when lower is better', () => {
    expect(ratio(rows, { metric: memory, ...between })).toBe(4);
  });

  it('is unknown when it would be a division by 0', () => {
    const none = rows.map((row) => ({ ...row, memoryMb: 0 }));
    expect(ratio(none, { metric: memory, ...between })).toBeUndefined();
  });

  it('is unknown for a metric that is neither good nor bad', () => {
    expect(ratio(rows, { metric: { ...pushes, better: 'neither' }, ...between })).toBeUndefined();
  });

  it('is unknown when a variant was not measured', () => {
    expect(ratio(rows, { metric: pushes, ours: 'ours', baseline: 'another' })).toBeUndefined();
  });
});

describe('createReport', () => {
  const rows = [
    { variant: 'ours', rounds: 5, pushesPerSecond: 300 },
    { variant: 'theirs', rounds: 5, pushesPerSecond: 100, memoryMb: 200 },
  ];
  const report = createReport('transport', rows, {
    pushes: { metric: pushes, ...between },
    memory: { metric: memory, ...between },
  });

  it('names the machine, and has rows and ratios', () => {
    expect(report).toEqual({
      name: 'transport',
      machine: {
        cpus: expect.any(Number),
        model: expect.any(String),
        node: process.versions.node,
        memory: expect.any(Number),
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
      rows,
      ratios: { pushes: 3 },
    });
  });

  it('is written as <name>.json in a folder that is made for it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bench-report-'));
    try {
      const file = await writeReport(join(directory, 'new'), report);
      expect(file).toBe(join(directory, 'new', 'transport.json'));
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(report);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
