import { parseLimits } from './limits.ts';
import { pairsOf, parsePort, stackNameOf, templatePathOf } from './options.ts';

const options = { region: 'eu-west-1', dataDir: '.local' };

test('reads Key=Value pairs, whose values may have more equals signs', () => {
  expect(pairsOf('--parameter-overrides', ['A=1', 'B=x=y', 'C='])).toEqual({
    A: '1',
    B: 'x=y',
    C: '',
  });
});

test.each(['A', '=1', ''])('refuses the pair %j', (pair) => {
  expect(() => pairsOf('--limit', [pair])).toThrow('expected Key=Value');
});

test.each([
  ['0', 0],
  ['65535', 65_535],
])('takes the port %s', (text, port) => {
  expect(parsePort(text)).toBe(port);
});

test.each(['65536', '-1', '80.5', 'http', '', ' 80'])('refuses the port %j', (text) => {
  expect(() => parsePort(text)).toThrow('expected a port from 0 to 65535');
});

test('names a stack after its template’s folder', () => {
  expect(stackNameOf({}, '/home/me/my shop_2/template.yaml')).toBe('my-shop-2');
  expect(stackNameOf({}, '/home/me/2nd/template.yaml')).toBe('sam-app');
  expect(stackNameOf({ ...options, stackName: 'given' }, '/x/template.yaml')).toBe('given');
});

test('refuses a stack name that CloudFormation would', () => {
  expect(() => stackNameOf({ ...options, stackName: '1st' }, '/x/t.yaml')).toThrow(
    'a letter first',
  );
});

test('names the template that is missing', () => {
  expect(() => templatePathOf({ ...options, template: 'nowhere.yaml' })).toThrow(
    'the template nowhere.yaml does not exist',
  );
});

test('reads limits, and throttles as a rate or as AWS’s own', () => {
  expect(parseLimits({ idleMs: '5000', newConnections: '50', requests: 'aws' })).toEqual({
    webSocket: {
      idleMs: 5000,
      newConnections: { rateLimit: 50, burstLimit: 50 },
      requests: { rateLimit: 10_000, burstLimit: 5_000 },
    },
  });
  expect(parseLimits({ concurrency: 'aws' })).toEqual({ webSocket: {}, concurrency: 1000 });
  expect(parseLimits({ concurrency: '7' })).toEqual({ webSocket: {}, concurrency: 7 });
  expect(parseLimits({ tableReads: '5', tableWrites: 'aws' })).toEqual({
    webSocket: {},
    tables: { tableReads: 5, tableWrites: 40_000 },
  });
});

test.each([
  [{ idle: '1' }, /no such limit. The limits are .*idleMs/],
  [{ idleMs: 'soon' }, /expected a whole number/],
  [{ requests: '0' }, /expected a whole number/],
  [{ concurrency: '0' }, /expected a whole number/],
  [{ tableReads: '-1' }, /tableReads=-1: expected a whole number/],
])('refuses the limits %j', (pairs, message) => {
  expect(() => parseLimits(pairs)).toThrow(message);
});
