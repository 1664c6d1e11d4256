import { join } from 'node:path';
import { metric, takeTurns, toRows, type Bench, type Metric } from '../harness/index.ts';
import { type Looking, measureCost } from './cost.ts';
import { measurePage } from './page.ts';

const FULL = 'a page with 10,000 log lines and 1,000 traces';
const EMPTY = 'a page with next to nothing';

const LOOKING: Readonly<Record<Looking, string>> = {
  off: 'no console',
  nobody: 'nobody looks',
  page: 'a page is open',
};

const firstLogRow = metric('firstLogRowMs', 'until the first log line is there', 'ms', 'lower');
const firstTraceRow = metric('firstTraceRowMs', 'until the first trace is there', 'ms', 'lower');
const frames = metric('framesPerSecond', 'frames, at 2,000 facts a second', '/s', 'higher');
const mapWhole = metric('mapWholeMs', 'the map, all facts read', 'ms', 'lower');
const mapAgain = metric('mapMs', 'the map, refreshed', 'ms', 'lower');
const invocationsWhole = metric('invocationsWholeMs', 'invocations, all facts read', 'ms', 'lower');
const invocationsAgain = metric('invocationsMs', 'invocations, refreshed', 'ms', 'lower');
const echo = metric('cpuMicrosPerEcho', 'processor time of an echo', 'µs', 'lower');
const push = metric('cpuMicrosPerPush', 'processor time of a push', 'µs', 'lower');

/** Measures what the console costs the stack, and how fast its page is. */
export const bench: Bench = {
  summary: 'what the console costs the stack, looked at or not, and how quick its page is',
  async run({ rounds, quick, workDirectory }) {
    const measureMs = quick ? 1000 : 3000;
    const samples = await takeTurns(
      [
        ...Object.entries(LOOKING).map(([looking, name]) => ({
          name,
          measure: () =>
            measureCost(looking as Looking, measureMs, join(workDirectory, `cost-${looking}`)),
        })),
        ...([FULL, EMPTY] as const).map((name) => {
          const facts = name === FULL ? 'full' : 'empty';
          return {
            name,
            measure: () => measurePage(facts, measureMs, join(workDirectory, `page-${facts}`)),
          };
        }),
      ],
      rounds ?? (quick ? 1 : 5),
    );
    const against = (of: Metric, ours: string, baseline: string) => ({
      metric: of,
      ours,
      baseline,
    });
    return {
      metrics: [
        ...[firstLogRow, firstTraceRow, frames, mapWhole, mapAgain],
        ...[invocationsWhole, invocationsAgain, echo, push],
      ],
      rows: toRows(samples),
      ratios: {
        echo_nobody_looks: against(echo, LOOKING.nobody, LOOKING.off),
        push_nobody_looks: against(push, LOOKING.nobody, LOOKING.off),
        echo_page_open: against(echo, LOOKING.page, LOOKING.off),
        push_page_open: against(push, LOOKING.page, LOOKING.off),
        first_log_row: against(firstLogRow, FULL, EMPTY),
        first_trace_row: against(firstTraceRow, FULL, EMPTY),
        frames: against(frames, FULL, EMPTY),
      },
      comparison: { ours: LOOKING.nobody, baseline: LOOKING.off },
      notes: [
        'the page is wanted with its first row within 1,000 ms; a headless browser draws 60 frames a second at most',
      ],
    };
  },
};
