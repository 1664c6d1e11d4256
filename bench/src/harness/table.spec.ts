import type { Metric } from './report.ts';
import { renderRatios, renderTable } from './table.ts';

const pushes: Metric = { key: 'pushesPerSecond', label: 'pushes', unit: '/s', better: 'higher' };
const memory: Metric = { key: 'memoryMb', label: 'memory', unit: 'MiB', better: 'lower' };
const rows = [
  { variant: 'ours', rounds: 5, pushesPerSecond: 12_345.6, memoryMb: 50 },
  { variant: 'theirs', rounds: 5, pushesPerSecond: 1000, memoryMb: 21.234 },
  { variant: 'limit', rounds: 5, pushesPerSecond: 30_000 },
];
const between = { ours: 'ours', baseline: 'theirs' };

describe('renderTable', () => {
  it('aligns the variants under their names, with units and the ratio', () => {
    expect(renderTable([pushes, memory], rows, between)).toBe(
      [
        '        unit    ours  theirs   limit  ratio',
        '───────────────────────────────────────────',
        'pushes    /s  12,346   1,000  30,000  12.3×',
        'memory   MiB      50    21.2       -  0.42×',
        'ratio: ours against theirs, above 1 is better',
      ].join('\n'),
    );
  });
});

describe('renderRatios', () => {
  it('shows each ratio by its name in the JSON, with its two figures', () => {
    const text = renderRatios(rows, {
      pushes: { metric: pushes, ...between },
      vs_limit: { metric: pushes, ours: 'ours', baseline: 'limit' },
    });
    expect(text).toBe(
      [
        'ratios             ours  theirs  unit  against',
        '──────────────────────────────────────────────',
        'pushes    12.3×  12,346   1,000    /s   theirs',
        'vs_limit  0.41×  12,346  30,000    /s    limit',
      ].join('\n'),
    );
  });
});
