import { counterNames, gaugeNames } from 'artillery-engine-websocket-push/run-record';
import type { LoadRecord } from '../record/index.ts';
import { levelsOf, middlesOf, ratesOf, windowsOf, type Axis } from './time-axis.ts';
import type { ChartView, LineChartView } from './view.ts';

/** The charts of connections, messages and their faults. */
export function trafficCharts(record: LoadRecord, axis: Axis): ChartView[] {
  return [
    levels(record, axis, 'Open connections', 'At the end of each window.', '', [
      ['open', gaugeNames.open],
      ['subscribed', gaugeNames.subscribers],
    ]),
    rates(record, axis, 'Messages', 'Received by readers, all together.', [
      ['received', counterNames.received],
    ]),
    rates(record, axis, 'Messages published', 'Accepted by the server.', [
      ['published', counterNames.published],
    ]),
    rates(
      record,
      axis,
      'Connections that came and went',
      'Lost and refused are faults; closed is what the scenario wanted.',
      [
        ['opened', counterNames.opened],
        ['closed', counterNames.closed],
        ['lost', counterNames.lost],
        ['refused', counterNames.refused],
      ],
    ),
    rates(record, axis, 'What went wrong with messages', 'Each counted by its id.', [
      ['missed', counterNames.missed],
      ['repeated', counterNames.repeats],
      ['out of order', counterNames.reordered],
      ['late', counterNames.late],
      ['unknown', counterNames.unknown],
      ['corrupt', counterNames.corrupt],
    ]),
    levels(
      record,
      axis,
      'Messages under way',
      'Published, and some reader still waits for them.',
      '',
      [['waited for', gaugeNames.pending]],
    ),
  ].flatMap((chart) => chart ?? []);
}

type Lines = readonly (readonly [label: string, name: string])[];

/** Counters as rates. Undefined if none of them counted anything. */
export function rates(
  { counters }: LoadRecord,
  axis: Axis,
  title: string,
  help: string,
  lines: Lines,
): LineChartView | undefined {
  const known = lines.flatMap(([label, name]) => {
    const series = counters[name];
    return series === undefined || series.total === 0 ? [] : [{ label, series }];
  });
  const { starts, windowMs } = windowsOf(known.map(({ series }) => series));
  if (starts.length === 0) return undefined;
  return {
    ...{ kind: 'lines', title, help, unit: '/s', ...axis },
    ...{ palette: 'distinct', scale: 'linear', times: middlesOf(starts, windowMs) },
    series: known.map(({ label, series }) => ({
      label,
      values: ratesOf(series, starts, windowMs),
    })),
  };
}

/** The chart of gauges. Undefined if the record has none of them. */
export function levels(
  { gauges }: LoadRecord,
  axis: Axis,
  title: string,
  help: string,
  unit: string,
  lines: Lines,
): LineChartView | undefined {
  const known = lines.flatMap(([label, name]) => {
    const series = gauges[name];
    return series === undefined || series.windows.length === 0 ? [] : [{ label, series }];
  });
  const { starts, windowMs } = windowsOf(known.map(({ series }) => series));
  if (starts.length === 0) return undefined;
  return {
    ...{ kind: 'lines', title, help, unit, ...axis },
    ...{ palette: 'distinct', scale: 'linear', times: middlesOf(starts, windowMs) },
    series: known.map(({ label, series }) => ({ label, values: levelsOf(series, starts) })),
  };
}
