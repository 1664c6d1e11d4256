import { compileCondition } from './conditions.ts';
import { createContext, type ContextValue } from './request.ts';

function holds(
  operator: string,
  values: string | readonly string[],
  value?: ContextValue,
): boolean | string {
  const listed = typeof values === 'string' ? [values] : values;
  const condition = compileCondition(operator, 'test:Key', listed, true);
  if (typeof condition === 'string') return condition;
  return condition.holds(createContext(value === undefined ? {} : { 'TEST:key': value }));
}

describe('compileCondition', () => {
  it.each<[operator: string, expected: string | string[], value: string, result: boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringEqualsIgnoreCase', 'Straße', 'STRAßE', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'a?c*', 'abcde', true],
    ['StringLike', 'a.c', 'abc', false],
    ['StringNotLike', 'a*', 'abc', false],
    ['stringlike', 'a*', 'abc', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericLessThan', '10', '9.5', true],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '-1', '0', true],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['NumericLessThan', '10', 'five', false],
    ['DateEquals', '2026-11-25T00:00:00Z', '2026-11-25T09:00:00+09:00', true],
    ['DateLessThan', '2026-11-25', '2026-11-24T23:59:59Z', true],
    ['DateGreaterThan', '2026-11-25T00:00:00Z', '1800000000', true],
    ['DateGreaterThanEquals', '1800000000', '2027-01-15T08:00:00Z', true],
    ['DateNotEquals', '2026-11-25', '2026-11-26', true],
    ['DateLessThanEquals', '2026-11-25', '2026-11-26', false],
    ['Bool', 'true', 'True', true],
    ['Bool', 'true', 'false', false],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['IpAddress', '203.0.113.0/24', '203.0.113.7', true],
    ['IpAddress', '203.0.113.7', '203.0.113.8', false],
    ['IpAddress', '2001:db8::/32', '2001:db8:1::1', true],
    ['IpAddress', '0.0.0.0/0', '::1', false],
    ['NotIpAddress', ['10.0.0.0/8', '192.168.0.0/16'], '192.168.1.1', false],
    ['ArnEquals', 'arn:aws:s3:::*', 'arn:aws:s3:::bucket', true],
    ['ArnLike', 'arn:aws:sns:*:*:order?', 'arn:aws:sns:eu-west-1:123456789012:orders', true],
    ['ArnLike', 'arn:aws:sns:*:orders*', 'arn:aws:sns:eu-west-1:123456789012:orders', false],
    ['ArnNotEquals', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket', false],
    ['ArnNotLike', 'arn:aws:s3:::b*', 'arn:aws:s3:::other', true],
    ['Null', 'true', 'present', false],
    ['Null', 'false', 'present', true],
  ])('%s %s against "%s" is %s', (operator, expected, value, result) => {
    expect(holds(operator, expected, value)).toBe(result);
  });

  it.each([
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['StringEqualsIfExists', true],
    ['NumericLessThan', false],
    ['ForAllValues:StringEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
  ])('%s of a key that the request does not have is %s', (operator, result) => {
    expect(holds(operator, '1')).toBe(result);
  });

  it('Null asks whether the request has the key', () => {
    expect(holds('Null', 'true')).toBe(true);
    expect(holds('Null', 'false')).toBe(false);
  });

  it.each([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'a'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAllValues:StringNotLike', ['a*'], ['b', 'abc'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
    ['forallvalues:stringlike', ['a*'], ['ab', 'ac'], true],
    ['ForAllValues:StringEquals', ['a'], [], true],
    ['ForAnyValue:StringEquals', ['a'], [], false],
    ['StringEquals', ['a'], ['a', 'b'], false],
  ])('%s %j against %j is %s', (operator, expected, values, result) => {
    expect(holds(operator, expected, values)).toBe(result);
  });

  it.each([
    ['StringMatches', 'a', '"StringMatches" is not a condition operator'],
    ['NullIfExists', 'true', '"NullIfExists" is not a condition operator'],
    ['ForSomeValues:StringEquals', 'a', '"ForSomeValues:StringEquals" is not a condition operator'],
    ['NumericEquals', 'ten', '"ten" is not a value for NumericEquals'],
    ['DateLessThan', 'tomorrow', '"tomorrow" is not a value for DateLessThan'],
    ['Bool', 'yes', '"yes" is not a value for Bool'],
    ['IpAddress', '10.0.0.0/33', '"10.0.0.0/33" is not a value for IpAddress'],
    ['ArnEquals', 'bucket', '"bucket" is not a value for ArnEquals'],
    ['Null', 'maybe', '"maybe" is not a value for Null; use "true" or "false"'],
  ])('reports what it does not understand: %s %s', (operator, value, message) => {
    expect(holds(operator, value)).toBe(message);
  });
});
