import { AlarmRuleError, parseAlarmRule } from './alarm-rule.ts';

const STATES = { a: 'ALARM', b: 'OK', c: 'INSUFFICIENT_DATA', 'my alarm': 'ALARM' } as const;

function holds(rule: string): boolean {
  return parseAlarmRule(rule).holds((name) => {
    if (!Object.hasOwn(STATES, name)) throw new Error(`no alarm ${name}`);
    return STATES[name as keyof typeof STATES];
  });
}

describe('a rule', () => {
  it.each([
    ['ALARM(a)', true],
    ['ALARM("a")', true],
    ['ALARM("my alarm")', true],
    ['ALARM(b)', false],
    ['OK(b)', true],
    ['INSUFFICIENT_DATA(c)', true],
    ['NOT ALARM(b)', true],
    ['not alarm(b) and alarm(a)', true],
    ['ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a)', true],
    ['ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:my alarm")', true],
    // AND binds more strongly than OR.
    ['ALARM(a) OR ALARM(b) AND ALARM(c)', true],
    ['(ALARM(a) OR ALARM(b)) AND ALARM(c)', false],
    ['NOT (ALARM(b) OR ALARM(c))', true],
    ['TRUE', true],
    ['FALSE OR ALARM(a)', true],
    ['AT_LEAST(1, ALARM, (a, b, c))', true],
    ['AT_LEAST(2, ALARM, (a, b, c))', false],
    ['AT_LEAST(2, NOT ALARM, (a, b, c))', true],
    ['AT_LEAST(50%, ALARM, (a, "my alarm", b, c))', true],
    ['AT_LEAST(51%, ALARM, (a, "my alarm", b, c))', false],
  ])('%s', (rule, expected) => {
    expect(holds(rule)).toBe(expected);
  });

  it('says which alarms it depends on', () => {
    expect(parseAlarmRule('ALARM(a) OR OK("b") AND NOT ALARM(a)').alarmNames).toEqual(['a', 'b']);
  });

  it.each([
    ['', /ends where ALARM/],
    ['ALARM(a) AND', /ends where ALARM/],
    ['ALARM(a', /ends where "\)"/],
    ['ALARM()', /has "\)" where the name/],
    ['ALARM(a) ALARM(b)', /AND, OR or the end/],
    ['RINGING(a)', /has "RINGING"/],
    ['ALARM("a)', /not closed/],
    ['AT_LEAST(x, ALARM, (a))', /number or a percentage/],
    ['('.repeat(60) + 'TRUE' + ')'.repeat(60), /nested too deeply/],
  ])('is refused: %s', (rule, message) => {
    expect(() => parseAlarmRule(rule)).toThrow(AlarmRuleError);
    expect(() => parseAlarmRule(rule)).toThrow(message);
  });
});
