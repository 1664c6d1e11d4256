import { metricNames } from 'artillery-engine-websocket-push/run-record';
import { toHtml } from '../report/index.ts';
import { buildRecord, type RecordOptions } from '../testing/records.ts';
import {
  compareRuns,
  comparisonText,
  comparisonView,
  formSides,
  IncomparableError,
  sidesByCommit,
  type Comparison,
  type NamedRecord,
} from './index.ts';

let nextSeed = 1;

/** Runs of the same commit on one machine, each a little different. */
function runs(count: number, options: RecordOptions = {}): NamedRecord[] {
  return Array.from({ length: count }, () => {
    const seed = nextSeed++;
    return {
      path: `${seed}.json`,
      record: buildRecord({ seconds: 12, perSecond: 50, seed, ...options }),
    };
  });
}

const compare = (base: NamedRecord[], head: NamedRecord[]): Comparison =>
  compareRuns(formSides({ base, head }));
const verdictOf = ({ rows }: Comparison, key: string) =>
  rows.find(({ figure }) => figure.key === key)?.verdict;

beforeEach(() => {
  nextSeed = 1;
});

describe('several runs of each side', () => {
  it('are noise when the commit is the same', () => {
    const pairs = 12;
    const alarms = Array.from({ length: pairs }, () => compare(runs(5), runs(5))).filter(
      ({ verdict }) => verdict !== 'noise',
    );
    // All intervals of a comparison hold together with 95 %, so one of twenty pairs may be wrong.
    expect(alarms.length).toBeLessThanOrEqual(1);
  });

  it('are worse when everything takes 20 % longer', () => {
    for (let pair = 0; pair < 3; pair += 1) {
      const comparison = compare(runs(5), runs(5, { slower: 1.2 }));
      expect(comparison.verdict).toBe('worse');
      expect(verdictOf(comparison, 'deliveryP50Ms')).toBe('worse');
    }
  });

  it('are better the other way round', () => {
    expect(compare(runs(5, { slower: 1.2 }), runs(5)).verdict).toBe('better');
  });

  it('give an interval that holds the planted change', () => {
    const { rows } = compare(runs(5), runs(5, { slower: 1.2 }));
    const change = rows.find(({ figure }) => figure.key === 'deliveryP50Ms')?.change;
    expect(change?.low).toBeLessThan(0.2);
    expect(change?.high).toBeGreaterThan(0.2);
  });

  it('are noise when the change is real but small', () => {
    const steady = { betweenRuns: 0.001, perSecond: 400 };
    const comparison = compare(runs(5, steady), runs(5, { ...steady, slower: 1.03 }));
    const row = comparison.rows.find(({ figure }) => figure.key === 'deliveryP50Ms');
    expect(row?.change?.low).toBeGreaterThan(0);
    expect(row).toMatchObject({ verdict: 'noise', because: 'the change is smaller than 5 %' });
  });

  it('say how small a change they can detect when they are few and unsteady', () => {
    const unsteady = { betweenRuns: 0.15 };
    const text = comparisonText(compare(runs(3, unsteady), runs(3, unsteady)));
    expect(text).toMatch(/These runs can detect changes of about \d+ % in every figure/);
  });
});

describe('one run of each side', () => {
  it('is noise when the commit is the same, though runs differ by some percent', () => {
    const alarms = Array.from({ length: 8 }, () => compare(runs(1), runs(1))).filter(
      ({ verdict }) => verdict !== 'noise',
    );
    expect(alarms.length).toBeLessThanOrEqual(1);
  });

  it('is worse when everything takes 20 % longer', () => {
    const steady = { betweenRuns: 0.01 };
    const comparison = compare(runs(1, steady), runs(1, { ...steady, slower: 1.2 }));
    expect(comparison).toMatchObject({ method: 'windows', verdict: 'worse' });
    expect(verdictOf(comparison, 'deliveryP50Ms')).toBe('worse');
    expect(comparisonText(comparison)).toContain('With one run a side');
  });

  it('gives the same result each time', () => {
    const [base, head] = [runs(1), runs(1)];
    expect(compare(base, head).rows).toEqual(compare(base, head).rows);
  });
});

describe('faults', () => {
  it('are worse if there were none before, even if there is only one in one run', () => {
    const lost = runs(1, { ledger: { missed: 1, received: 599 } });
    const comparison = compare(runs(3), [...runs(2), ...lost]);
    expect(verdictOf(comparison, 'missed')).toBe('worse');
    expect(comparison.verdict).toBe('worse');
    expect(verdictOf(compare([...runs(2), ...lost], runs(3)), 'missed')).toBe('better');
  });

  it('that come now and then are noise while they are few', () => {
    const repeated = (repeats: number) => runs(1, { ledger: { repeats, arrivals: 600 + repeats } });
    expect(verdictOf(compare(runs(2), [...runs(1), ...repeated(50)]), 'repeats')).toBe('noise');
    expect(verdictOf(compare(runs(2), [...repeated(0), ...repeated(1)]), 'repeats')).toBe('noise');
    expect(verdictOf(compare(runs(2), [...repeated(40), ...repeated(50)]), 'repeats')).toBe(
      'worse',
    );
  });

  it('that were not counted on both sides get no verdict', () => {
    expect(verdictOf(compare(runs(2), runs(2)), 'rowsLeft')).toBeUndefined();
  });
});

describe('which runs are which', () => {
  const ofCommit = (commit: string) => runs(1, { change: { commit } });

  it('is given by their order when there are two', () => {
    const [base, head] = [runs(1), runs(1)];
    expect(sidesByCommit([...base, ...head])).toEqual({ base, head });
  });

  it('is given by their commits when there are more', () => {
    const [a1, b1, a2] = [ofCommit('a'), ofCommit('b'), ofCommit('a')];
    expect(sidesByCommit([...a1, ...b1, ...a2])).toEqual({ base: [...a1, ...a2], head: b1 });
  });

  it.each([
    [[], '0 run was named'],
    [['a'], '1 run was named'],
    [
      ['a', 'a', 'a'],
      'the 3 runs measured one commit (a), so it is not clear which ones to compare',
    ],
    [['a', 'b', 'c'], 'the 3 runs measured 3 commits (a, b, c)'],
  ])('has to be given for %j', (commits, message) => {
    expect(() => sidesByCommit(commits.flatMap(ofCommit))).toThrow(message);
  });
});

describe('runs that do not belong together', () => {
  it.each<[string, RecordOptions['change'], string]>([
    [
      'another scenario',
      { scenario: 'hot-post' },
      '2.json is a run of hot-post, and 1.json of chunked-broadcast',
    ],
    ['a partial run', { partial: true, partialBecause: 'Ctrl-C' }, '2.json is partial (Ctrl-C)'],
    [
      'another load',
      { variables: { readers: 5, rate: 2 } },
      '2.json was run with readers=5, and 1.json with readers=100',
    ],
    [
      'a variable more',
      { variables: { readers: 100, rate: 2, x: 1 } },
      'with x=1, and 1.json with x=undefined',
    ],
  ])('are refused: %s', (_, change, message) => {
    const [base, head] = [runs(1), runs(1, { change: change ?? {} })];
    expect(() => formSides({ base, head })).toThrow(IncomparableError);
    expect(() => formSides({ base, head })).toThrow(message);
  });

  it('are refused: a run that is named twice', () => {
    const [one] = runs(1);
    if (one === undefined) throw new Error('no run');
    expect(() => formSides({ base: [one], head: [{ ...one, path: 'copy.json' }] })).toThrow(
      'copy.json is the same run as 1.json: name each run once',
    );
  });

  it('are doubtful: other machines', () => {
    const [machine] = buildRecord().machines;
    if (machine === undefined) throw new Error('no machine');
    const elsewhere = runs(1, { change: { machines: [{ ...machine, host: 'two' }] } });
    const [doubt] = formSides({ base: runs(1), head: elsewhere }).doubts;
    expect(doubt).toMatch(/^The runs were made on different machines: one \(2 × AMD EPYC/);
  });
});

it('gives no verdict on a metric that one side lacks', () => {
  const without = runs(2).map((one) => ({
    ...one,
    record: {
      ...one.record,
      metrics: { [metricNames.handshake]: one.record.metrics[metricNames.handshake] },
    },
  })) as NamedRecord[];
  const comparison = compare(runs(2), without);
  expect(verdictOf(comparison, 'deliveryP50Ms')).toBeUndefined();
  expect(verdictOf(comparison, 'handshakeP50Ms')).toBe('noise');
  expect(comparisonText(comparison)).toContain(
    'delivery, median: not compared, since 1.json, 2.json measured none, unlike the other runs.',
  );
});

it('is shown as a page', () => {
  const view = comparisonView(compare(runs(3), runs(3, { slower: 1.3 })));
  expect(view.verdict).toEqual({ tone: 'bad', text: 'worse' });
  expect(view.sections.find(({ id }) => id === 'time')?.charts.map(({ title }) => title)).toContain(
    'Delivery, median',
  );
  const chart = view.sections[1]?.charts[0];
  expect(chart).toMatchObject({ from: 0, to: 12 });
  expect(toHtml(view).includes('>worse<')).toBe(true);
});
