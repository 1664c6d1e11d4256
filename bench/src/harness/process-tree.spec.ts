import {
  parseStat,
  readStat,
  readTree,
  readTreeCpuMicros,
  readTreeMemory,
} from './process-tree.ts';

const stat = (name: string): string =>
  `4242 (${name}) S 41 4242 4242 0 -1 4194560 100 0 0 0 150 50 30 20 20 0 11 0 987654 1000 200`;

describe('parseStat', () => {
  it('reads parent, processor time and start', () => {
    expect(parseStat(stat('node'))).toEqual({
      pid: 4242,
      parentPid: 41,
      isZombie: false,
      startTicks: 987_654,
      cpuTicks: 200,
      endedChildrenCpuTicks: 50,
    });
  });

  it('reads a name with spaces and brackets', () => {
    expect(parseStat(stat('tmux: (1) R 7'))).toMatchObject({ parentPid: 41, cpuTicks: 200 });
  });
});

describe('a live process', () => {
  it('is in the tree of its parent', () => {
    expect(readTree(process.ppid).map(({ pid }) => pid)).toContain(process.pid);
  });

  it('has memory, whose proportional size is at most its resident size', () => {
    const { processes, pssMb, rssMb } = readTreeMemory(process.pid);
    expect(processes).toBeGreaterThanOrEqual(1);
    expect(pssMb).toBeGreaterThan(1);
    expect(rssMb).toBeGreaterThanOrEqual(pssMb);
  });

  it('uses processor time, counted in microseconds', () => {
    const before = readTreeCpuMicros(process.pid);
    const { user, system } = process.cpuUsage();
    const start = process.cpuUsage();
    while (process.cpuUsage(start).user < 50_000);
    expect(readTreeCpuMicros(process.pid) - before).toBeGreaterThan(0);
    // The kernel's ticks and libuv's clock measure the same thing.
    expect(before / (user + system)).toBeGreaterThan(0.5);
  });
});

it('says that a process that does not exist is gone', () => {
  expect(readStat(2 ** 22 + 1)).toBeUndefined();
});
