import { formatNumber } from '../figures/index.ts';
import type { LoadRecord, ProcessUse } from '../record/index.ts';
import type { Cell, Section, TableView } from './view.ts';

/**
 * What the processes of the stack and of the generator used. Undefined if they were not watched.
 */
export function processesSection({ processes = [] }: LoadRecord): Section | undefined {
  if (processes.length === 0) return undefined;
  const profiled = processes.flatMap(({ name, profile }) => (profile ? [{ name, profile }] : []));
  return {
    ...{ id: 'processes', title: 'What was busy', charts: [] },
    help:
      'Processor time during the run. `sam-offline` is the gateways, the pollers and the log of a local stack; each function has processes of its own. ' +
      (profiled.length === 0
        ? '`--profile` shows the functions in which the busiest processes were.'
        : 'The profiles follow: time in each function itself, without what it called.'),
    tables: [usesTable(processes), ...profiled.map(profileTable)],
  };
}

function usesTable(processes: readonly ProcessUse[]): TableView {
  const all = processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  return {
    columns: ['process', 'how many', 'processor time, s', 'share', 'memory of the largest, MiB'],
    numeric: [1, 2, 3, 4],
    rows: processes.map(({ name, processes: count, cpuMs, peakMemoryMiB }) => [
      name,
      formatNumber(count),
      formatNumber(cpuMs / 1000),
      `${formatNumber((cpuMs / all) * 100)} %`,
      formatNumber(peakMemoryMiB),
    ]),
  };
}

function profileTable({
  name,
  profile,
}: {
  name: string;
  profile: NonNullable<ProcessUse['profile']>;
}): TableView {
  const { during, seconds, busyMs, functions } = profile;
  const when = during === 'delivering' ? 'while messages were delivered' : 'during the run';
  return {
    columns: [
      `${name}: ${formatNumber(busyMs / 1000)} s of processor time in ${formatNumber(seconds)} s ${when}`,
      'ms',
      'share',
    ],
    numeric: [1, 2],
    rows: functions.map(({ of, selfMs }): Cell[] => [
      { text: of, tone: 'code' },
      formatNumber(selfMs),
      `${formatNumber((selfMs / busyMs) * 100)} %`,
    ]),
  };
}
