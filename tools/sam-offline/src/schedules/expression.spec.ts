import { parseExpression, ScheduleExpressionError } from './index.ts';

const at = (text: string): number => Date.parse(text);

describe('parseExpression', () => {
  it.each([
    ['rate(5 minutes)', 'UTC', '2026-11-30T00:07:00Z', '2026-11-30T00:10:00Z'],
    ['rate(1 day)', 'UTC', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['cron(0 12 * * ? *)', 'UTC', '2026-11-30T12:00:00Z', '2026-12-01T12:00:00Z'],
    ['cron(0/15 * * * ? *)', 'UTC', '2026-11-30T00:16:00Z', '2026-11-30T00:30:00Z'],
    ['cron(0 18 ? * MON-FRI *)', 'UTC', '2026-12-04T18:00:00Z', '2026-12-07T18:00:00Z'],
    ['cron(0 8 ? * 1 *)', 'UTC', '2026-11-30T00:00:00Z', '2026-12-06T08:00:00Z'],
    ['cron(0 8 L * ? *)', 'UTC', '2026-11-30T09:00:00Z', '2026-12-31T08:00:00Z'],
    ['cron(0 8 ? * 2#1 *)', 'UTC', '2026-11-30T09:00:00Z', '2026-12-07T08:00:00Z'],
    ['cron(0 8 ? * 6L *)', 'UTC', '2026-11-30T09:00:00Z', '2026-12-25T08:00:00Z'],
    ['cron(0 8 3W * ? *)', 'UTC', '2027-01-01T00:00:00Z', '2027-01-04T08:00:00Z'],
    ['cron(0 8 1 1 ? 2028)', 'UTC', '2026-11-30T00:00:00Z', '2028-01-01T08:00:00Z'],
    ['cron(0 9 * * ? *)', 'Asia/Tokyo', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['cron(30 9 * * ? *)', 'America/New_York', '2026-07-01T00:00:00Z', '2026-07-01T13:30:00Z'],
    ['at(2026-12-01T09:00:00)', 'Asia/Tokyo', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
  ])('%s in %s is due after %s at %s', (text, timeZone, after, due) => {
    const expression = parseExpression(text, at('2026-11-30T00:00:00Z'), timeZone);
    expect(new Date(expression.nextMs(at(after)) ?? 0).toISOString()).toBe(
      new Date(at(due)).toISOString(),
    );
  });

  it('is never due again after its only time, or after its last year', () => {
    expect(
      parseExpression('at(2026-01-01T00:00:00)', 0).nextMs(at('2026-11-30T00:00:00Z')),
    ).toBeUndefined();
    expect(
      parseExpression('cron(0 8 1 1 ? 2020)', 0).nextMs(at('2026-11-30T00:00:00Z')),
    ).toBeUndefined();
  });

  it.each([
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(5 seconds)',
    'cron(0 12 * * * *)',
    'cron(0 12 * * ?)',
    'cron(61 12 * * ? *)',
    'at(tomorrow)',
    'every 5 minutes',
  ])('refuses %s', (text) => {
    expect(() => parseExpression(text, 0)).toThrow(ScheduleExpressionError);
  });
});
