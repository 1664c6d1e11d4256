import { Distribution } from './distribution.ts';
import { parseStatistic, StatisticError } from './statistics.ts';

const oneToTen = new Distribution();
for (let value = 1; value <= 10; value += 1) oneToTen.add(value);

describe('statistics of the numbers from 1 to 10', () => {
  it.each([
    ['SampleCount', 10],
    ['Sum', 55],
    ['Average', 5.5],
    ['Minimum', 1],
    ['Maximum', 10],
    ['p0', 1],
    ['p50', 5],
    ['p90', 9],
    ['p99', 10],
    ['p100', 10],
    ['tm90', 5],
    ['TM(10%:90%)', 5.5],
    ['TM(:50%)', 3],
    ['TM(2:4)', 3.5],
    ['tc90', 9],
    ['TC(3:)', 7],
    ['ts50', 15],
    ['TS(8:10)', 19],
    ['PR(:3)', 30],
    ['PR(3:5)', 20],
    ['wm90', 5.4],
    ['WM(20%:80%)', 5.5],
    ['IQM', 5.5],
  ])('%s is %d', (name, expected) => {
    expect(parseStatistic(name)(oneToTen)).toBeCloseTo(expected, 9);
  });

  it('takes a part of a value where a bound lies within it', () => {
    const distribution = new Distribution();
    distribution.add(1, 1);
    distribution.add(3, 1);
    // 75 % of two values are the first one and half of the second.
    expect(parseStatistic('tm75')(distribution)).toBeCloseTo(2.5 / 1.5, 9);
  });
});

it.each([
  'p101',
  'p',
  'sum',
  'TM()',
  'TM(:)',
  'TM(5%:90)',
  'TM(90%:10%)',
  'PR(10%:90%)',
  'toString',
  'xx90',
])('refuses %s, naming it', (name) => {
  expect(() => parseStatistic(name)).toThrow(StatisticError);
  expect(() => parseStatistic(name)).toThrow(`"${name}"`);
});
