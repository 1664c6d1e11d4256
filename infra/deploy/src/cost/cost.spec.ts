import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costOf, totalOf } from '@blogapp/aws-prices';
import { runCost } from '../cli/run-cost.ts';
import { costReport, monthOf, type Load } from './index.ts';

const root = join(import.meta.dirname, '../../../..');
const template = readFileSync(join(root, 'infra/sam/template.yaml'), 'utf8');
const load: Load = {
  readers: 1_000,
  commentsPerMinute: 30,
  readersPerPost: 100,
  sessionMinutes: 30,
};

describe('the estimate', () => {
  it('counts what the load causes', () => {
    const { pushes, connections, usage } = monthOf(load, template);
    expect(pushes).toBe(43_800 * 30 * 2 * 100);
    expect(connections).toBe((1_000 * 43_800) / 30);
    expect(usage.webSocketConnectionMinute).toBe(43_800_000);
    expect(usage.webSocketMessage).toBe(pushes + connections * 2 + (43_800_000 / 5) * 2);
  });

  it('costs what the price list says, with observing', () => {
    const costs = costOf(monthOf(load, template).usage);
    for (const service of [
      'API Gateway',
      'Lambda',
      'DynamoDB',
      'CloudWatch',
      'X-Ray',
      'Data transfer',
      'CloudFront',
      'S3',
    ]) {
      expect(costs[service]).toBeGreaterThan(0);
    }
    const tenTimes = costOf(monthOf({ ...load, readers: 10_000 }, template).usage);
    expect(totalOf(tenTimes)).toBeGreaterThan(totalOf(costs));
  });

  it('says which quotas a load exceeds', () => {
    expect(costReport([load], template)).not.toContain('the quota is');
    const large = { ...load, readers: 1_000_000, commentsPerMinute: 30_000 };
    expect(costReport([large], template)).toContain(
      'pushes a second on average; the quota is 10,000',
    );
  });

  it('equals the one in docs/costs.md, within 2 %', () => {
    const loads = [1_000, 100_000, 1_000_000].map((readers) => ({
      ...load,
      readers,
      commentsPerMinute: (readers * 30) / 1_000,
    }));
    const cellsOf = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line.startsWith('|') && !line.includes('---'))
        .flatMap((line) => line.split('|').map((cell) => cell.replaceAll(/[*,\s]/g, '')));
    const shown = cellsOf(readFileSync(join(root, 'docs/costs.md'), 'utf8'));
    const computed = cellsOf(costReport(loads, template));
    expect(shown).toHaveLength(computed.length);
    // A small difference, such as one more alarm, is allowed.
    for (const [index, cell] of computed.entries()) {
      if (cell === '' || Number.isNaN(Number(cell))) expect(shown[index]).toBe(cell);
      else expect(Math.abs(Number(shown[index]) / Number(cell) - 1)).toBeLessThan(0.02);
    }
  });
});

describe('the command line', () => {
  const run = (...args: string[]) => {
    let text = '';
    const code = runCost(args, template, (written) => (text += written));
    return { code, text };
  };

  it('reads a load from its options', () => {
    const { code, text } = run('--readers', '1000', '--comments-per-minute', '30');
    expect(code).toBe(0);
    expect(text).toContain('| US dollars a month | 1,000 readers |');
  });

  it('refuses a value that is not a number, and unknown options', () => {
    expect(run('--readers', 'many')).toEqual({
      code: 2,
      text: expect.stringContaining('--readers takes a number over 0, not "many"'),
    });
    expect(run('--writers', '1').code).toBe(2);
  });
});
